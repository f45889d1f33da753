"""`flask content …`: what the content policy allows in a Service, and the Service's own word lists."""

from __future__ import annotations

from typing import TextIO

import click
from flask.cli import AppGroup
from marshmallow import ValidationError

from common.errors import Invalid
from policy import content_lists as operations
from proxy.api.content_lists import language as language_of
from proxy.cli.common import errors_as_messages, require_service
from proxy.cli.output import json_option, print_list
from proxy.context import runtime

content = AppGroup("content", help="What the content policy allows in a Service, and the Service's own word lists.")


@content.command("allow")
@click.argument("service")
@click.argument("file", type=click.File("r", encoding="utf-8"))
@errors_as_messages
def allow(service: str, file: TextIO) -> None:
    """Allow the numbers, e-mail addresses, @domains and words in FILE, one on each line, in SERVICE.

    The new list replaces the old one; an empty FILE allows nothing. FILE may be - for standard input.
    """
    lists = operations.set_lists(runtime(), require_service(service), {"allowed": _text(file)})
    click.echo(f"{len(lists.allowed)} allowed")


@content.command("words")
@click.argument("service")
@click.argument("language")
@click.argument("file", type=click.File("r", encoding="utf-8"))
@errors_as_messages
def words(service: str, language: str, file: TextIO) -> None:
    """Use the words in FILE, one on each line, as the bad words of LANGUAGE (such as es) in SERVICE.

    An empty FILE restores the built-in list.
    """
    fields: dict[str, str | None] = {"language": _language(language), "words": _text(file)}
    lists = operations.set_lists(runtime(), require_service(service), fields)
    click.echo(f"{language}: the Service's own list" if language in lists.words else f"{language}: the built-in list")


@content.command("list")
@click.argument("service")
@click.option(
    "--values", is_flag=True, help="Print the allowed entries themselves. They may be real numbers: handle with care."
)
@json_option
@errors_as_messages
def show(service: str, values: bool, as_json: bool) -> None:
    """Show what SERVICE (its SID or unique name) allows, and its own word lists."""
    lists = operations.get_lists(runtime(), require_service(service))
    allowed = lists.allowed if values else [f"{len(lists.allowed)} entries"] * bool(lists.allowed)
    rows: list[list[str | int | None]] = [["allowed", entry] for entry in allowed]
    rows += [[f"words {tag}", f"{len(text.splitlines())} lines"] for tag, text in lists.words.items()]
    print_list(["List", "Entry"], rows, as_json, "This Service allows nothing and has no word lists of its own.")


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
