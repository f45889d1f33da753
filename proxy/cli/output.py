"""How every command prints a list: columns under headers, or JSON with the same names; an empty list says so."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

import click

#: The option of every command that prints a list.
json_option = click.option("--json", "as_json", is_flag=True, help="Print a JSON list instead of a table.")

Cell = str | int | None


def print_list(headers: Sequence[str], rows: Iterable[Sequence[Cell]], as_json: bool, empty: str) -> None:
    """`empty`: the sentence for a list without rows. A cell that is None is `-` in a table and null in JSON."""
    found = [list(row) for row in rows]
    if as_json:
        names = [header.lower().replace(" ", "_") for header in headers]
        click.echo(json.dumps([dict(zip(names, row, strict=True)) for row in found], indent=2))
    elif found:
        click.echo(_table([list(headers), *found]))
    else:
        # Not on standard output: a program that reads the table must not take the sentence for a row.
        click.echo(empty, err=True)


def _table(rows: list[list[Cell]]) -> str:
    cells = [["-" if cell is None else str(cell) for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in cells]
    return "\n".join(line.rstrip() for line in lines)
