"""How a command gets a secret: from a file, from standard input or typed. Everybody can see a command line."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click


def secret_option(name: str, about: str, *, ask: bool = True) -> Callable[[Any], Any]:
    """The option `name`, and `name`-file, where - is standard input. `ask`: the user is asked if neither is given."""

    def add(command: Any) -> Any:
        from_file = click.option(
            f"{name}-file", type=click.File(), expose_value=False, is_eager=True, callback=_keep(name),
            help="A file whose first line is that token; - is standard input.",
        )  # fmt: skip
        shown = click.option(name, callback=_choose(name, ask), help=f"{about} Others can see a command line.")
        return from_file(shown(command))

    return add


def _keep(name: str) -> Callable[[click.Context, click.Parameter, Any], None]:
    def keep(context: click.Context, parameter: click.Parameter, file: Any) -> None:
        if file is not None:
            context.meta[name] = file.readline().rstrip("\r\n")

    return keep


def _choose(name: str, ask: bool) -> Callable[[click.Context, click.Parameter, Any], str | None]:
    def choose(context: click.Context, parameter: click.Parameter, given: str | None) -> str | None:
        from_file: str | None = context.meta.get(name)
        if from_file is not None and given is not None:
            raise click.UsageError(f"{name} and {name}-file are both given: give one")
        found = given if from_file is None else from_file
        if found is not None or not ask:
            return found
        return str(click.prompt(name.strip("-").replace("-", " ").capitalize(), hide_input=True))

    return choose
