"""Every `python -m …` and `flask …` command: `--help` never acts, and an unknown argument is an error."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator

import click
import pytest

from proxy.app import create_app
from tests.guards.source import PRODUCT, ROOT, files
from tests.support.stack import Stack

#: Commands of `flask` itself.
FLASKS_OWN = {"run", "shell", "routes"}


def runnable() -> list[str]:
    """The modules that `python -m` runs."""
    found = [path for path in files(*PRODUCT) if 'if __name__ == "__main__"' in path.read_text(encoding="utf-8")]
    names = [".".join(path.relative_to(ROOT).with_suffix("").parts) for path in found]
    return [name.removesuffix(".__main__") for name in names] + ["bench"]


def run(module: str, *words: str) -> subprocess.CompletedProcess[str]:
    # No settings: a command that starts to act would stop at the first missing setting.
    environ = {"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/"), "PYTHONPATH": str(ROOT)}
    return subprocess.run(
        [sys.executable, "-m", module, *words], capture_output=True, text=True, env=environ, input="", timeout=60,
    )  # fmt: skip


# Slow: starts every module as a command.
@pytest.mark.slow
@pytest.mark.parametrize("module", runnable())
def test_help_of_a_module_never_acts(module, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    done = run(module, "--help")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith(f"usage: python -m {module}")
    assert list(tmp_path.iterdir()) == []


# Slow: starts every module as a command.
@pytest.mark.slow
@pytest.mark.parametrize("module", runnable())
def test_a_module_refuses_what_it_does_not_know(module, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    done = run(module, "--no-such-option")
    assert done.returncode == 2
    assert "usage:" in done.stderr and "Traceback" not in done.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.fixture(scope="module")
def app(valkey_url: str) -> Iterator[object]:
    stack = Stack(valkey_url)
    yield create_app(stack.runtime)
    stack.stop()


def commands(group: click.Group, *above: str) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if isinstance(command, click.Group):
            yield from commands(command, *above, name)
        elif command and name not in FLASKS_OWN:
            yield (*above, name), command


def test_every_flask_command(app):
    before = len(list(commands(app.cli)))
    assert before >= 15
    for words, command in commands(app.cli):
        asked = app.test_cli_runner().invoke(args=[*words, "--help"])
        assert asked.exit_code == 0 and asked.output.startswith("Usage:"), words
        assert command.help and command.help.strip().endswith("."), f"{words}: what it does is not said"
        refused = app.test_cli_runner().invoke(args=[*words, "--no-such-option"])
        assert refused.exit_code == 2 and "No such option" in refused.output, words
        extra = app.test_cli_runner().invoke(args=[*words, *["word"] * (len(command.params) + 1)], input="asked\n")
        assert extra.exit_code == 2, words


def test_every_list_has_json(app):
    """A list has headers for people and JSON for programs; `export` has its own file format."""
    for words, command in commands(app.cli):
        if words[-1] == "list":
            assert any("--json" in option.opts for option in command.params), words
