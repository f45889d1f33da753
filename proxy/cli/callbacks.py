"""`flask callbacks …`: callbacks and events that were sent to the customers' apps, or wait to be sent."""

from __future__ import annotations

import click
from flask.cli import AppGroup

from callbacks import deliveries, webhook_secrets
from callbacks.deliveries import STATES, Delivery
from callbacks.http.signing import secret_text
from common.model import Service
from common.sids import is_sid
from proxy.api.wire import date
from proxy.cli.common import errors_as_messages, require_service
from proxy.cli.output import Cell, json_option, print_list
from proxy.context import runtime

PAGE = 100

callbacks = AppGroup("callbacks", help="Callbacks and events to the customers' apps: sent, waiting and parked ones.")


def _all_pages(service: Service, state: str | None) -> list[Delivery]:
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
@click.option("--state", type=click.Choice(STATES), help="Only the deliveries in this state.")
@json_option
@errors_as_messages
def list_deliveries(service: str, state: str | None, as_json: bool) -> None:
    """List the deliveries of SERVICE (its SID or unique name): SID, state, type, tries, last answer, next try."""
    rows = (_row(delivery) for delivery in _all_pages(require_service(service), state))
    empty = "There are no deliveries." if state is None else f"No delivery is {state}."
    print_list(["SID", "State", "Type", "Tries", "Last answer", "Next try"], rows, as_json, empty)


def _row(found: Delivery) -> list[Cell]:
    last_answer = found.last_status or found.last_error or None
    return [found.sid, found.state, found.type, found.attempts, last_answer, date(found.due_ms)]


@callbacks.command("redeliver")
@click.argument("target")
@errors_as_messages
def redeliver(target: str) -> None:
    """Deliver TARGET again: the SID of a delivery, or a Service (all its parked deliveries)."""
    if is_sid(target, "DL"):
        sids, account_sid = [target], deliveries.owner_of(runtime(), target)
    else:
        service = require_service(target)
        sids = [delivery.sid for delivery in _all_pages(service, "parked")]
        account_sid = service.account_sid
    if not sids:
        click.echo("No delivery is parked.", err=True)
    for sid in sids:
        deliveries.redeliver(runtime(), account_sid, sid)
        click.echo(f"{sid} will be delivered again.")


@callbacks.command("secret")
@click.argument("service")
@errors_as_messages
def secret(service: str) -> None:
    """Print the secret that signs the events of SERVICE (its SID or unique name), the newest one."""
    click.echo(secret_text(webhook_secrets.list_secrets(runtime(), require_service(service))[0].value))


@callbacks.command("new-secret")
@click.argument("service")
@click.option(
    "--overlap", type=click.IntRange(0, webhook_secrets.LONGEST_OVERLAP_HOURS), default=24, show_default=True,
    help="Hours for which the former secret still signs, too; 0: it ends at once.",
)  # fmt: skip
@errors_as_messages
def new_secret(service: str, overlap: int) -> None:
    """Make and print a new secret for SERVICE (its SID or unique name); the former one signs, too, until its end."""
    newest, *former = webhook_secrets.add_secret(runtime(), require_service(service), overlap * 3600)
    click.echo(secret_text(newest.value))
    for one in former:
        click.echo(f"a former one signs until {date(one.ends_ms)}", err=True)
