"""`flask redact KS… KI…`: a message is emptied at the carrier, whatever its Service says."""

from __future__ import annotations

import click
from flask.cli import with_appcontext

from jobs.redaction.request import ask
from proxy.cli.accounts import plainly, require_service
from proxy.edge import runtime


@click.command("redact")
@click.argument("service")
@click.argument("interaction_sid")
@with_appcontext
@plainly
def redact(service: str, interaction_sid: str) -> None:
    """Empty the texts of a message of SERVICE (its SID or unique name) at the carrier, and print how far that is."""
    found = ask(runtime(), require_service(service), interaction_sid)
    click.echo(f"{found.sid}: inbound {found.inbound_redaction or '-'}, outbound {found.outbound_redaction or '-'}")
