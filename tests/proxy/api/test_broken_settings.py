"""Every command says what is wrong with the settings in one line, and its help needs no settings."""

from __future__ import annotations

from collections.abc import Iterator

import click
import pytest
from click.testing import Result
from flask import Flask

from common.config import ConfigError
from common.runtime import Runtime
from proxy.app import create_app

SENTENCE = "REDIS_URL is missing. Write: REDIS_URL=redis://127.0.0.1:6379/0"
#: The doctor runs without valid settings: it says what is wrong with each setting.
FREE = {("doctor",)}


def broken() -> Runtime:
    raise ConfigError(SENTENCE)


def leaves(group: click.Group, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command
        if isinstance(command, click.Group):
            yield from leaves(command, (*path, name))
        else:
            yield (*path, name), command


APP = create_app(broken)
COMMANDS = [(path, command) for path, command in leaves(APP.cli) if path[0] not in ("run", "shell", "routes")]


def given(command: click.Command) -> list[str]:
    """A value for each required argument and option."""
    words = []
    files = {name for parameter in command.params for name in parameter.opts if name.endswith("-file")}
    for parameter in command.params:
        word = "es" if parameter.name == "language" else _word(parameter.type)
        if isinstance(parameter, click.Argument):
            words.append(word)
        elif parameter.required or getattr(parameter, "prompt", None) or f"{parameter.opts[0]}-file" in files:
            words += [parameter.opts[0], word]
    return words


def _word(kind: click.ParamType) -> str:
    if isinstance(kind, click.Choice):
        return str(kind.choices[0])
    if kind is click.INT:
        return "1"
    return __file__ if isinstance(kind, click.File | click.Path) else "AC" + "1" * 32


def invoke(app: Flask, *words: str) -> Result:
    return app.test_cli_runner().invoke(args=words, input="y\n")


@pytest.mark.parametrize(("path", "command"), COMMANDS, ids=[" ".join(path) for path, _ in COMMANDS])
def test_a_command_says_it_in_one_line(path, command):
    if path in FREE:
        return
    done = invoke(APP, *path, *given(command))
    assert (done.exit_code, done.output) == (1, f"Error: {SENTENCE}\n")


@pytest.mark.parametrize("path", [path for path, _ in COMMANDS], ids=" ".join)
def test_its_help_needs_none(path):
    done = invoke(APP, *path, "--help")
    assert done.exit_code == 0 and SENTENCE not in done.output
