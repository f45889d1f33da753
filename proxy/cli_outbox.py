"""`flask outbox …`: what waits to be sent, and what was given up."""

from __future__ import annotations

import click
from flask.cli import AppGroup, with_appcontext

from proxy.api.wire import date
from proxy.cli import plainly, require_service
from proxy.edge import runtime
from relay.operations import outbox as operations
from relay.operations.outbox import ACTS, STATES

PAGE = 100

outbox = AppGroup("outbox", help="Messages for the carrier's API: what waits, is held for the day, or was given up.")


@outbox.command("list")
@click.argument("service_sid")
@click.option("--state", type=click.Choice(STATES), default="parked", show_default=True)
@plainly
def list_outbox(service_sid: str, state: str) -> None:
    """Print each message of SERVICE_SID: Interaction, state, tries, since, and why or until when."""
    service, cursor = require_service(service_sid), None
    while True:
        page = operations.list_outbox(runtime(), service, state, cursor, PAGE)
        for one in page.items:
            about = one.reason or date(one.until_ms) or "-"
            click.echo(f"{one.interaction_sid} {one.state} {one.attempts} {date(one.since_ms)} {about}")
        cursor = page.next_cursor
        if cursor is None:
            return


def _release(act: str) -> click.Command:
    @with_appcontext
    @plainly
    def run(service_sid: str, interaction_sid: str) -> None:
        operations.release(runtime(), require_service(service_sid), interaction_sid, act)
        click.echo(f"{interaction_sid}: {act}")

    arguments = [click.Argument(["service_sid"]), click.Argument(["interaction_sid"])]
    return click.Command(act, callback=run, params=[*arguments], help=HELP[act])


HELP = {
    "retry": "Send a message that was given up, or is held.",
    "drop": "Never send a message that was given up, or is held.",
}
for name in ACTS:
    outbox.add_command(_release(name))
