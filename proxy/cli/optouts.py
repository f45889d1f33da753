"""`flask optouts …`: who wants no more messages, as CSV with the columns of COLUMNS."""

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
from proxy.cli.accounts import plainly, require_service
from proxy.edge import runtime

#: The first line of an export. An import needs the first column alone, and this line may be missing.
COLUMNS = ("identifier", "proxy_number", "date", "by")

optouts = AppGroup("optouts", help="Opt-outs: who wants no more messages. Real numbers: handle with care.")


def _read(file: TextIO) -> list[OptOut]:
    """Raises Invalid, which names the line and never repeats what stands in it."""
    try:
        return list(_rows(file))
    except UnicodeDecodeError:
        raise Invalid("FILE", "must be UTF-8 text") from None
    except csv.Error:
        raise Invalid("FILE", "must be CSV, such as the lines of `flask optouts export`") from None


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
@plainly
def export(service: str) -> None:
    """Print every opt-out of SERVICE (its SID or unique name) as CSV, with a header."""
    found = require_service(service)
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(COLUMNS)
    for one in operations.export_opt_outs(runtime(), found):
        writer.writerow([one.identifier, one.proxy_number or "", date(one.at_ms), one.by])


@optouts.command("import")
@click.argument("service")
@click.argument("file", type=click.File(encoding="utf-8"), default="-")
@plainly
def import_(service: str, file: TextIO) -> None:
    """Take up the opt-outs in FILE (or standard input). A bad line is named, and then nothing is taken up."""
    click.echo(f"{operations.import_opt_outs(runtime(), require_service(service), _read(file))} new")


@optouts.command("remove")
@click.argument("service")
@click.argument("file", type=click.File(encoding="utf-8"), default="-")
@plainly
def remove(service: str, file: TextIO) -> None:
    """End the opt-outs in FILE (or standard input). A bad line is named, and then nothing is ended."""
    click.echo(f"{operations.import_opt_outs(runtime(), require_service(service), _read(file), remove=True)} ended")
