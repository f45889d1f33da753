"""`flask block …`: blocks a Service, a proxy number, a Session or a person, and removes blocks."""

from __future__ import annotations

from collections.abc import Callable

import click
from flask.cli import AppGroup

from common.errors import Invalid
from common.model import Service
from common.sids import is_sid
from policy import blocks as operations
from proxy.api.wire import date
from proxy.cli.common import errors_as_messages, require_service
from proxy.cli.output import json_option, print_list
from proxy.context import runtime
from sessions.sessions import get_session

blocks = AppGroup("block", help="Block a whole Service, or one of its numbers, Sessions or people.")


def _target_options(command: Callable[..., None]) -> Callable[..., None]:
    """Adds the arguments that name what to block; without an option it is the whole Service."""
    for option in (
        click.option(
            "--person", is_flag=True, help="A person. Their number is asked for, so it is not in the shell's history."
        ),
        click.option("--session", help="A Session, by its SID or unique name."),
        click.option("--number", help="A proxy number."),
        click.argument("service"),
    ):
        command = option(command)
    return command


def _scope_and_target(service: Service, number: str | None, session: str | None, person: bool) -> tuple[str, str]:
    options = [(scope, value) for scope, value in (("number", number), ("session", session)) if value is not None]
    options += [("person", "")] if person else []
    if len(options) > 1:
        raise Invalid("Target", "name one of --number, --session, --person, or none for the whole Service")
    scope, target = options[0] if options else ("service", "")
    if scope == "session" and target and not is_sid(target, "KC"):
        target = get_session(runtime(), service, target).sid
    return scope, click.prompt("Number", hide_input=True) if scope == "person" else target


@blocks.command("add")
@_target_options
@errors_as_messages
def add(service: str, number: str | None, session: str | None, person: bool) -> None:
    """Block SERVICE (its SID or unique name), or one of its numbers, Sessions or people."""
    owner = require_service(service)
    scope, target = _scope_and_target(owner, number, session, person)
    changed = operations.block(runtime(), owner, scope, target.strip())
    click.echo(f"{scope}: blocked" if changed else f"{scope}: was already blocked")


@blocks.command("remove")
@_target_options
@errors_as_messages
def remove(service: str, number: str | None, session: str | None, person: bool) -> None:
    """Remove the block of SERVICE, or of one number, Session or person. For a person, the ID in `list` works too."""
    owner = require_service(service)
    scope, target = _scope_and_target(owner, number, session, person)
    changed = operations.unblock(runtime(), owner, scope, target.strip())
    click.echo(f"{scope}: unblocked" if changed else f"{scope}: was not blocked")


@blocks.command("list")
@click.argument("service")
@click.option("--numbers", is_flag=True, help="Show the real numbers of people, too. Handle with care.")
@json_option
@errors_as_messages
def list_blocks(service: str, numbers: bool, as_json: bool) -> None:
    """List the blocks of SERVICE (its SID or unique name): scope, ID, since when."""
    owner = require_service(service)
    headers, rows = ["Scope", "ID", "Since"], []
    for block in operations.all_blocks(runtime(), owner):
        row = [block.scope, block.id or None, date(block.at_ms)]
        rows.append([*row, operations.blocked_number(runtime(), owner, block)] if numbers else row)
    print_list([*headers, "Number"] if numbers else headers, rows, as_json, "Nothing is blocked.")
