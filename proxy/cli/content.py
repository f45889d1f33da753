"""`flask content …`: what the content policy leaves alone, and a Service's own word lists."""

from __future__ import annotations

from typing import TextIO

import click
from flask.cli import AppGroup
from marshmallow import ValidationError

from common.errors import Invalid
from policy import content_lists as operations
from proxy.api.content_lists import language as language_of
from proxy.cli.accounts import plainly, require_service
from proxy.cli.output import json_option, print_list
from proxy.edge import runtime

content = AppGroup("content", help="What the content policy leaves alone, and a Service's own word lists.")


@content.command("allow")
@click.argument("service")
@click.argument("file", type=click.File("r", encoding="utf-8"))
@plainly
def allow(service: str, file: TextIO) -> None:
    """Let the numbers, addresses, @domains and words in FILE, one a line, pass in SERVICE, in place of all before.

    FILE may be -, standard input, so that no number stands in the shell's history. An empty one allows nothing.
    """
    found = operations.set_lists(runtime(), require_service(service), {"allowed": _text(file)})
    click.echo(f"{len(found.allowed)} allowed")


@content.command("words")
@click.argument("service")
@click.argument("language")
@click.argument("file", type=click.File("r", encoding="utf-8"))
@plainly
def words(service: str, language: str, file: TextIO) -> None:
    """Use the words in FILE, one a line, as SERVICE's bad words of LANGUAGE (es); an empty FILE: ours again."""
    given: dict[str, str | None] = {"language": _language(language), "words": _text(file)}
    found = operations.set_lists(runtime(), require_service(service), given)
    click.echo(f"{language}: the Service's own list" if language in found.words else f"{language}: our list")


@content.command("list")
@click.argument("service")
@click.option("--values", is_flag=True, help="With what is allowed, real numbers among it: handle with care.")
@json_option
@plainly
def show(service: str, values: bool, as_json: bool) -> None:
    """Print what SERVICE (its SID or unique name) allows, and which word lists of its own it has."""
    found = operations.get_lists(runtime(), require_service(service))
    allowed = found.allowed if values else [f"{len(found.allowed)} entries"] * bool(found.allowed)
    rows: list[list[str | int | None]] = [["allowed", entry] for entry in allowed]
    rows += [[f"words {tag}", f"{len(text.splitlines())} lines"] for tag, text in found.words.items()]
    print_list(["List", "Entry"], rows, as_json, "This Service allows nothing and has no word list of its own.")


def _text(file: TextIO) -> str:
    try:
        return file.read()
    except UnicodeDecodeError:
        raise Invalid("FILE", "must be UTF-8 text") from None


def _language(value: str) -> str:
    try:
        return str(language_of(value))
    except ValidationError as error:
        raise Invalid("LANGUAGE", str(error.messages[0])) from None
