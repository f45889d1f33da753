"""`flask optouts …`: export, import and remove opt-outs, as CSV with the columns COLUMNS."""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterator
from typing import TextIO

import click
from flask.cli import AppGroup

from common.errors import Invalid
from common.identifiers import require
from policy import opt_outs as operations
from policy.opt_outs import OptOut
from proxy.api.wire import date
from proxy.cli.common import errors_as_messages, require_service
from proxy.context import runtime

#: The header of an export. An import needs only the first column, and the header may be missing.
COLUMNS = ("identifier", "proxy_number", "date", "by")

optouts = AppGroup(
    "optouts", help="Opt-outs: people who want no more messages. These are real numbers: handle with care."
)


def _read(file: TextIO) -> list[OptOut]:
    """Raises Invalid, which names the line but never repeats its content."""
    try:
        return list(_rows(file))
    except UnicodeDecodeError:
        raise Invalid("FILE", "must be UTF-8 text") from None
    except csv.Error:
        raise Invalid("FILE", "must be CSV, like the output of `flask optouts export`") from None


def _rows(file: TextIO) -> Iterator[OptOut]:
    lines = csv.reader(file)
    for row in lines:
        cells = [cell.strip() for cell in row]
        if any(cells) and not (lines.line_num == 1 and cells[0] == COLUMNS[0]):
            yield _opt_out(lines.line_num, cells)


def _opt_out(line: int, cells: list[str]) -> OptOut:
    identifier, proxy_number = cells[0], cells[1] if len(cells) > 1 else ""
    for column, number in zip(COLUMNS, filter(None, (identifier, proxy_number)), strict=False):
        try:
            require(number)
        except Invalid as error:
            raise Invalid(f"Line {line}, column {column}", error.message, error.code) from None
    if not identifier:
        raise Invalid(f"Line {line}, column {COLUMNS[0]}", "is empty")
    return OptOut(identifier, proxy_number or None)


@optouts.command("export")
@click.argument("service")
@errors_as_messages
def export(service: str) -> None:
    """Print every opt-out of SERVICE (its SID or unique name) as CSV, with a header."""
    owner = require_service(service)
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(COLUMNS)
    for opt_out in operations.export_opt_outs(runtime(), owner):
        writer.writerow([opt_out.identifier, opt_out.proxy_number or "", date(opt_out.at_ms), opt_out.by])


@optouts.command("import")
@click.argument("service")
@click.argument("file", type=click.File(encoding="utf-8"), default="-")
@errors_as_messages
def import_(service: str, file: TextIO) -> None:
    """Import the opt-outs in FILE (or standard input). If a line is invalid, it is named, and nothing is imported."""
    click.echo(f"{operations.import_opt_outs(runtime(), require_service(service), _read(file))} new")


@optouts.command("remove")
@click.argument("service")
@click.argument("file", type=click.File(encoding="utf-8"), default="-")
@errors_as_messages
def remove(service: str, file: TextIO) -> None:
    """Remove the opt-outs in FILE (or standard input). If a line is invalid, it is named, and nothing is removed."""
    click.echo(f"{operations.import_opt_outs(runtime(), require_service(service), _read(file), remove=True)} removed")
