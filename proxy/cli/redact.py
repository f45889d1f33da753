"""`flask redact KS… KI…`: redacts a message at the carrier, whatever the settings of its Service are."""

from __future__ import annotations

import click
from flask.cli import with_appcontext

from jobs.redaction.request import ask
from proxy.cli.common import errors_as_messages, require_service
from proxy.context import runtime


@click.command("redact")
@click.argument("service")
@click.argument("interaction_sid")
@with_appcontext
@errors_as_messages
def redact(service: str, interaction_sid: str) -> None:
    """Delete the text of a message of SERVICE (its SID or unique name) at the carrier, and print the progress."""
    message = ask(runtime(), require_service(service), interaction_sid)
    inbound, outbound = message.inbound_redaction or "-", message.outbound_redaction or "-"
    click.echo(f"{message.sid}: inbound {inbound}, outbound {outbound}")
