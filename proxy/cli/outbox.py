"""`flask outbox …`: what waits to be sent, and what was given up."""

from __future__ import annotations

from collections.abc import Iterator

import click
from flask.cli import AppGroup, with_appcontext

from common.model import Service
from outbox import waiting as operations
from outbox.waiting import ACTS, STATES
from proxy.api.wire import date
from proxy.cli.accounts import plainly, require_service
from proxy.cli.output import Cell, json_option, print_list
from proxy.edge import runtime

PAGE = 100

outbox = AppGroup("outbox", help="Messages for the carrier's API: what waits, is held for the day, or was given up.")


@outbox.command("list")
@click.argument("service")
@click.option("--state", type=click.Choice(STATES), default="parked", show_default=True)
@json_option
@plainly
def list_outbox(service: str, state: str, as_json: bool) -> None:
    """Print each message of SERVICE (its SID or unique name) that waits, is held or parked, and why or until when."""
    headers = ["Interaction", "State", "Tries", "Since", "Reason", "Until"]
    print_list(headers, _rows(require_service(service), state), as_json, f"No message is {state}.")


def _rows(service: Service, state: str) -> Iterator[list[Cell]]:
    cursor = None
    while True:
        page = operations.list_outbox(runtime(), service, state, cursor, PAGE)
        for one in page.items:
            until = date(one.until_ms)
            yield [one.interaction_sid, one.state, one.attempts, date(one.since_ms), one.reason or None, until]
        cursor = page.next_cursor
        if cursor is None:
            return


def _release(act: str) -> click.Command:
    @with_appcontext
    @plainly
    def run(service: str, interaction_sid: str) -> None:
        operations.release(runtime(), require_service(service), interaction_sid, act)
        click.echo(f"{interaction_sid}: {act}")

    arguments = [click.Argument(["service"]), click.Argument(["interaction_sid"])]
    return click.Command(act, callback=run, params=[*arguments], help=HELP[act])


HELP = {
    "retry": "Send a message that was given up, or is held.",
    "drop": "Never send a message that was given up, or is held.",
}
for name in ACTS:
    outbox.add_command(_release(name))
