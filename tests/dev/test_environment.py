"""`make run` in a shell that has loaded var/run.env, as README describes for a second terminal."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import pytest

from common.config import Settings
from dev import environment

STORE = "redis://127.0.0.1:6399/0"


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Writes run.env as a start with the given settings does, then loads that file into the environment."""
    for name in (*(field.name.upper() for field in fields(Settings)), "SIMULATOR_PORT", "SIMULATOR_URL"):
        monkeypatch.delenv(name, raising=False)

    def read(**given: str) -> dict[str, str]:
        for name, value in given.items():
            monkeypatch.setenv(name, value)
        environ = environment.compose(tmp_path)
        if environment.uses_embedded_store(environ):
            environ["REDIS_URL"] = STORE
        environment.write(tmp_path / "var" / "run.env", environment.settings_of(environ))
        for name, value in environment._lines(tmp_path / "var" / "run.env").items():
            monkeypatch.setenv(name, value)
        return environ

    return read


def test_the_next_start_embeds_and_simulates_again(shell, tmp_path, monkeypatch):
    first = shell(PORT="5650", SIMULATOR_PORT="5660")
    # `make run PORT=5652` sets PORT like this; the simulator's port is never in run.env.
    monkeypatch.setenv("PORT", "5652")
    monkeypatch.delenv("SIMULATOR_PORT")
    again = environment.compose(tmp_path)
    assert environment.uses_embedded_store(again) and environment.uses_simulator(again)
    assert (again["PUBLIC_URL"], again["TWILIO_API_URL"]) == ("http://127.0.0.1:5652", "http://127.0.0.1:5055")
    assert again["SECRET_KEY"] == first["SECRET_KEY"]


def test_what_somebody_chose_is_kept(shell, tmp_path, monkeypatch):
    chosen = {"REDIS_URL": "redis://store.example:6379/0", "PUBLIC_URL": "https://mask.shop.example"}
    shell(**chosen)
    assert {name: environment.compose(tmp_path)[name] for name in chosen} == chosen
    # The user changes a setting after loading the file.
    monkeypatch.setenv("TWILIO_API_URL", "https://carrier.example")
    assert not environment.uses_simulator(environment.compose(tmp_path))
