"""`flask outbox …`: messages that wait to be sent, or are parked."""

from __future__ import annotations

from collections.abc import Iterator

import click
from flask.cli import AppGroup, with_appcontext

from common.model import Service
from outbox import entries as operations
from outbox.entries import ACTS, STATES
from proxy.api.wire import date
from proxy.cli.common import errors_as_messages, require_service
from proxy.cli.output import Cell, json_option, print_list
from proxy.context import runtime

PAGE = 100

outbox = AppGroup(
    "outbox", help="Messages that are sent by the carrier's API: waiting, held during quiet hours, or parked."
)


@outbox.command("list")
@click.argument("service")
@click.option("--state", type=click.Choice(STATES), default="parked", show_default=True)
@json_option
@errors_as_messages
def list_outbox(service: str, state: str, as_json: bool) -> None:
    """List the messages of SERVICE (its SID or unique name) in one state, with the reason and, if held, until when."""
    headers = ["Interaction", "State", "Tries", "Since", "Reason", "Until"]
    print_list(headers, _rows(require_service(service), state), as_json, f"No message is {state}.")


def _rows(service: Service, state: str) -> Iterator[list[Cell]]:
    cursor = None
    while True:
        page = operations.list_outbox(runtime(), service, state, cursor, PAGE)
        for message in page.items:
            since, until = date(message.since_ms), date(message.until_ms)
            yield [message.interaction_sid, message.state, message.attempts, since, message.reason or None, until]
        cursor = page.next_cursor
        if cursor is None:
            return


def _release_command(act: str) -> click.Command:
    @with_appcontext
    @errors_as_messages
    def run(service: str, interaction_sid: str) -> None:
        operations.release(runtime(), require_service(service), interaction_sid, act)
        click.echo(f"{interaction_sid}: {act}")

    arguments = [click.Argument(["service"]), click.Argument(["interaction_sid"])]
    return click.Command(act, callback=run, params=[*arguments], help=HELP[act])


HELP = {
    "retry": "Send a message that is parked or held.",
    "drop": "Never send a message that is parked or held.",
}
for name in ACTS:
    outbox.add_command(_release_command(name))
