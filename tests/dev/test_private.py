"""The folder of `make run` is its owner's alone: new files are made so, and open ones are mended."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from dev.private import keep_private


@pytest.fixture(autouse=True)
def usual_umask() -> Iterator[None]:
    before = os.umask(0o022)
    yield
    os.umask(before)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.lstat().st_mode)


def test_made_private(tmp_path: Path) -> None:
    assert keep_private(tmp_path / "var") == []
    (tmp_path / "var" / "new").write_text("secret")
    (tmp_path / "var" / "folder").mkdir()
    assert [mode(tmp_path / "var" / name) for name in (".", "new", "folder")] == [0o700, 0o600, 0o700]


def test_mended(tmp_path: Path) -> None:
    var, outside = tmp_path / "var", tmp_path / "outside"
    (var / "valkey" / "appendonlydir").mkdir(parents=True)
    file, script = var / "valkey" / "appendonlydir" / "a.aof", var / "run.sh"
    for one in (file, script, outside):
        one.write_text("x")
    script.chmod(0o755)
    (var / "link").symlink_to(outside)
    assert set(keep_private(var)) == {var, var / "valkey", file.parent, file, script}
    assert [mode(one) for one in (var, file.parent, file, script, outside)] == [0o700, 0o700, 0o600, 0o700, 0o644]
    assert keep_private(var) == []
