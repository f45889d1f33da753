"""`flask block …`: stops a Service, a number, a Session or a person at once, and lets them go on."""

from __future__ import annotations

from collections.abc import Callable

import click
from flask.cli import AppGroup

from common.errors import Invalid
from common.model import Service
from common.sids import is_sid
from policy import blocks as operations
from proxy.api.wire import date
from proxy.cli.accounts import plainly, require_service
from proxy.cli.output import json_option, print_list
from proxy.edge import runtime
from sessions.sessions import get_session

blocks = AppGroup("block", help="What is stopped at once: a whole Service, or a number, Session or person of it.")


def _target(act: Callable[..., None]) -> Callable[..., None]:
    """What of the Service; all of it if nothing is named."""
    for option in (
        click.option(
            "--person", is_flag=True, help="A person, whose number is asked for: it stays out of the shell's history."
        ),
        click.option("--session", help="A Session, by its SID or unique name."),
        click.option("--number", help="A proxy number."),
        click.argument("service"),
    ):
        act = option(act)
    return act


def _named(service: Service, number: str | None, session: str | None, person: bool) -> tuple[str, str]:
    given = [(scope, value) for scope, value in (("number", number), ("session", session)) if value is not None]
    given += [("person", "")] if person else []
    if len(given) > 1:
        raise Invalid("Target", "name one of --number, --session, --person, or none for the whole Service")
    scope, target = given[0] if given else ("service", "")
    if scope == "session" and target and not is_sid(target, "KC"):
        target = get_session(runtime(), service, target).sid
    return scope, click.prompt("Number", hide_input=True) if scope == "person" else target


@blocks.command("add")
@_target
@plainly
def add(service: str, number: str | None, session: str | None, person: bool) -> None:
    """Stop all of SERVICE (its SID or unique name), or one number, Session or person of it."""
    found = require_service(service)
    scope, target = _named(found, number, session, person)
    changed = operations.block(runtime(), found, scope, target.strip())
    click.echo(f"{scope}: stopped" if changed else f"{scope}: was stopped already")


@blocks.command("remove")
@_target
@plainly
def remove(service: str, number: str | None, session: str | None, person: bool) -> None:
    """Let SERVICE, or the number, Session or person, go on. A person also by the ID that `list` shows."""
    found = require_service(service)
    scope, target = _named(found, number, session, person)
    changed = operations.unblock(runtime(), found, scope, target.strip())
    click.echo(f"{scope}: goes on" if changed else f"{scope}: was not stopped")


@blocks.command("list")
@click.argument("service")
@click.option("--numbers", is_flag=True, help="With the real numbers of people: handle with care.")
@json_option
@plainly
def list_blocks(service: str, numbers: bool, as_json: bool) -> None:
    """Print what is stopped of SERVICE (its SID or unique name): scope, ID, since when."""
    found = require_service(service)
    headers, rows = ["Scope", "ID", "Since"], []
    for one in operations.list_blocks(runtime(), found):
        row = [one.scope, one.id or None, date(one.at_ms)]
        rows.append([*row, operations.blocked_number(runtime(), found, one)] if numbers else row)
    print_list([*headers, "Number"] if numbers else headers, rows, as_json, "Nothing is stopped.")
