"""C8: too many API requests and a backlog of sends are shed or wait; people's texts do not."""

from __future__ import annotations

import pytest

from tests.faults import overload

# Slow: starts a whole installation and overloads it.
pytestmark = pytest.mark.slow
SEED = 81


def test_texts_are_answered_beside_too_many_requests(tmp_path):
    found = overload.run(tmp_path, SEED)
    assert not found.faults, found.told()


def test_an_installation_without_limits_sheds_nothing(tmp_path, monkeypatch):
    """The negative control."""
    monkeypatch.setattr(overload, "BACKLOG", 5)
    monkeypatch.setattr(overload, "SECONDS", 3.0)
    monkeypatch.setattr(overload, "PATIENCE", 0.0)
    assert "not_shed" in overload.run(tmp_path, SEED, limits={}).faults
