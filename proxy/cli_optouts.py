"""`flask optouts …`: who wants no more messages. Lines of CSV: number, proxy number (or nothing), moment, by."""

from __future__ import annotations

import csv
import sys
from typing import TextIO

import click
from flask.cli import AppGroup

from proxy.api.wire import date
from proxy.cli import plainly, require_service
from proxy.edge import runtime
from relay.operations import optouts as operations
from relay.operations.optouts import OptOut

optouts = AppGroup("optouts", help="Opt-outs: who wants no more messages. Real numbers: handle with care.")


def _read(file: TextIO) -> list[OptOut]:
    rows = (row for row in csv.reader(file) if row and row[0].strip())
    return [OptOut(row[0].strip(), (row[1].strip() if len(row) > 1 else "") or None) for row in rows]


@optouts.command("export")
@click.argument("service_sid")
@plainly
def export(service_sid: str) -> None:
    """Print every opt-out of SERVICE_SID."""
    writer = csv.writer(sys.stdout, lineterminator="\n")
    for one in operations.give_out(runtime(), require_service(service_sid)):
        writer.writerow([one.identifier, one.proxy_number or "", date(one.at_ms), one.by])


@optouts.command("import")
@click.argument("service_sid")
@click.argument("file", type=click.File(encoding="utf-8"), default="-")
@plainly
def import_(service_sid: str, file: TextIO) -> None:
    """Take up the opt-outs in FILE (or standard input). All lines or none."""
    click.echo(f"{operations.take_up(runtime(), require_service(service_sid), _read(file))} new")


@optouts.command("remove")
@click.argument("service_sid")
@click.argument("file", type=click.File(encoding="utf-8"), default="-")
@plainly
def remove(service_sid: str, file: TextIO) -> None:
    """End the opt-outs in FILE (or standard input)."""
    click.echo(f"{operations.take_up(runtime(), require_service(service_sid), _read(file), remove=True)} ended")
