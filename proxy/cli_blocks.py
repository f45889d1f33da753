"""`flask block …`: stops a Service, a number, a Session or a person at once, and lets them go on."""

from __future__ import annotations

from collections.abc import Callable

import click
from flask.cli import AppGroup

from proxy.api.wire import date
from proxy.cli import plainly, require_service
from proxy.edge import runtime
from relay.errors import Invalid
from relay.operations import blocks as operations

blocks = AppGroup("block", help="What is stopped at once: a whole Service, or a number, Session or person of it.")


def _target(act: Callable[..., None]) -> Callable[..., None]:
    """What of the Service; all of it if nothing is named."""
    for option in (
        click.option(
            "--person", is_flag=True, help="A person, whose number is asked for: it stays out of the shell's history."
        ),
        click.option("--session", help="A Session, by its SID."),
        click.option("--number", help="A proxy number."),
        click.argument("service_sid"),
    ):
        act = option(act)
    return act


def _named(number: str | None, session: str | None, person: bool) -> tuple[str, str]:
    given = [(scope, value) for scope, value in (("number", number), ("session", session)) if value is not None]
    given += [("person", "")] if person else []
    if len(given) > 1:
        raise Invalid("Target", "name one of --number, --session, --person, or none for the whole Service")
    scope, target = given[0] if given else ("service", "")
    return scope, click.prompt("Number", hide_input=True) if scope == "person" else target


@blocks.command("add")
@_target
@plainly
def add(service_sid: str, number: str | None, session: str | None, person: bool) -> None:
    """Stop all of SERVICE_SID, or one number, Session or person of it."""
    scope, target = _named(number, session, person)
    changed = operations.block(runtime(), require_service(service_sid), scope, target.strip())
    click.echo(f"{scope}: stopped" if changed else f"{scope}: was stopped already")


@blocks.command("remove")
@_target
@plainly
def remove(service_sid: str, number: str | None, session: str | None, person: bool) -> None:
    """Let SERVICE_SID, or the number, Session or person, go on. A person also by the id that `list` shows."""
    scope, target = _named(number, session, person)
    changed = operations.lift(runtime(), require_service(service_sid), scope, target.strip())
    click.echo(f"{scope}: goes on" if changed else f"{scope}: was not stopped")


@blocks.command("list")
@click.argument("service_sid")
@click.option("--numbers", is_flag=True, help="With the real numbers of people: handle with care.")
@plainly
def list_blocks(service_sid: str, numbers: bool) -> None:
    """Print what is stopped of SERVICE_SID: scope, id, since."""
    service = require_service(service_sid)
    for one in operations.list_blocks(runtime(), service):
        shown = operations.number_of(runtime(), service, one) if numbers else None
        click.echo(" ".join(filter(None, (one.scope, one.id or "-", date(one.at_ms), shown))))
