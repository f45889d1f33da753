"""`flask callbacks …`: what the customers' apps were told, or are still to be told."""

from __future__ import annotations

import click
from flask.cli import AppGroup

from proxy.api.wire import date
from proxy.cli import plainly, require_service
from proxy.edge import runtime
from relay.model import Service
from relay.operations import deliveries
from relay.operations.deliveries import STATES, Delivery

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
@click.argument("service_sid")
@click.option("--state", type=click.Choice(STATES), help="Only these.")
@plainly
def list_deliveries(service_sid: str, state: str | None) -> None:
    """Print each delivery of SERVICE_SID: SID, state, type, tries, last answer, next try."""
    for one in _all(require_service(service_sid), state):
        last = one.last_status or one.last_error or "-"
        click.echo(f"{one.sid} {one.state} {one.type} {one.attempts} {last} {date(one.due_ms) or '-'}")


@callbacks.command("redeliver")
@click.argument("sid")
@plainly
def redeliver(sid: str) -> None:
    """Deliver SID once more: a delivery, or all parked ones of a Service."""
    if sid.startswith("KS"):
        service = require_service(sid)
        wanted = [one.sid for one in _all(service, "parked")]
        account_sid = service.account_sid
    else:
        wanted, account_sid = [sid], deliveries.owner_of(runtime(), sid)
    for one in wanted:
        deliveries.redeliver(runtime(), account_sid, one)
        click.echo(f"{one} waits to be delivered once more.")


@callbacks.command("secret")
@click.argument("service_sid")
@plainly
def secret(service_sid: str) -> None:
    """Print the secret that signs what the app of SERVICE_SID is told."""
    click.echo(deliveries.webhook_secret(runtime(), require_service(service_sid)))
