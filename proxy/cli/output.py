"""Prints a list as a table or as JSON. Every command that prints a list uses it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

import click

#: The option of every command that prints a list.
json_option = click.option("--json", "as_json", is_flag=True, help="Print a JSON list instead of a table.")

Cell = str | int | None


def print_list(headers: Sequence[str], rows: Iterable[Sequence[Cell]], as_json: bool, empty: str) -> None:
    """`empty`: printed on standard error if there are no rows. A cell that is None is `-` in a table, null in JSON."""
    cells = [list(row) for row in rows]
    if as_json:
        names = [header.lower().replace(" ", "_") for header in headers]
        click.echo(json.dumps([dict(zip(names, row, strict=True)) for row in cells], indent=2))
    elif cells:
        click.echo(_table([list(headers), *cells]))
    else:
        # Not on standard output: a program that reads the table would treat the sentence as a row.
        click.echo(empty, err=True)


def _table(rows: list[list[Cell]]) -> str:
    cells = [["-" if cell is None else str(cell) for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in cells]
    return "\n".join(line.rstrip() for line in lines)
