"""`flask callbacks …`: what the customers' apps were told, or are still to be told."""

from __future__ import annotations

import click
from flask.cli import AppGroup

from callbacks import deliveries
from callbacks.deliveries import STATES, Delivery
from common.model import Service
from common.sids import is_sid
from proxy.api.wire import date
from proxy.cli.accounts import plainly, require_service
from proxy.cli.output import json_option, print_list
from proxy.edge import runtime

PAGE = 100

callbacks = AppGroup("callbacks", help="Callbacks and events: what an app was told, and what waits or was given up.")


def _all(service: Service, state: str | None) -> list[Delivery]:
    found: list[Delivery] = []
    cursor: str | None = None
    while True:
        page = deliveries.list_deliveries(runtime(), service.account_sid, service, state, cursor, PAGE)
        found += page.items
        cursor = page.next_cursor
        if cursor is None:
            return found


@callbacks.command("list")
@click.argument("service")
@click.option("--state", type=click.Choice(STATES), help="Only these.")
@json_option
@plainly
def list_deliveries(service: str, state: str | None, as_json: bool) -> None:
    """Print each delivery of SERVICE (its SID or unique name): SID, state, type, tries, last answer, next try."""
    rows = (
        [one.sid, one.state, one.type, one.attempts, one.last_status or one.last_error or None, date(one.due_ms)]
        for one in _all(require_service(service), state)
    )
    empty = "There is no delivery." if state is None else f"No delivery is {state}."
    print_list(["SID", "State", "Type", "Tries", "Last answer", "Next try"], rows, as_json, empty)


@callbacks.command("redeliver")
@click.argument("what")
@plainly
def redeliver(what: str) -> None:
    """Deliver WHAT once more: the SID of a delivery, or a Service (all its parked ones)."""
    if is_sid(what, "DL"):
        wanted, account_sid = [what], deliveries.owner_of(runtime(), what)
    else:
        service = require_service(what)
        wanted = [one.sid for one in _all(service, "parked")]
        account_sid = service.account_sid
    if not wanted:
        click.echo("No delivery is parked.", err=True)
    for one in wanted:
        deliveries.redeliver(runtime(), account_sid, one)
        click.echo(f"{one} waits to be delivered once more.")


@callbacks.command("secret")
@click.argument("service")
@plainly
def secret(service: str) -> None:
    """Print the secret that signs the events of SERVICE (its SID or unique name)."""
    click.echo(deliveries.webhook_secret(runtime(), require_service(service)))
