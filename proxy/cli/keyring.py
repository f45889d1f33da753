"""`flask keyring …`: the keys that encrypt values at rest, and the copy of the key ring in the database."""

from __future__ import annotations

import time
from collections.abc import Iterator

import click
from flask.cli import AppGroup

from common.dates import date
from common.errors import Refused
from jobs.sealing import ring_changes
from proxy.cli.common import errors_as_messages
from proxy.cli.output import Cell, json_option, print_list
from proxy.context import runtime
from record.key_ring_copy import CopyState
from record.resealing import Counts

PROGRESS_SECONDS = 5.0

keyring = AppGroup("keyring", help="Sealing keys: they encrypt numbers, texts, tokens and names at rest.")


@keyring.command("list")
@json_option
@errors_as_messages
def list_keys(as_json: bool) -> None:
    """List the sealing keys: id, state, when it was added, from when on it is used."""
    found = ring_changes.sealing_keys(runtime())
    rows: list[list[Cell]] = [[key.id, key.state, date(key.added_ms), date(key.in_use_ms)] for key in found]
    print_list(["ID", "State", "Added", "Used from"], rows, as_json, "There is no sealing key.")


@keyring.command("add")
@errors_as_messages
def add() -> None:
    """Add a sealing key. New values are sealed with it as soon as every process knows it; the others stay readable."""
    key = ring_changes.add(runtime())
    click.echo(f"Key {key.id} is added; it seals from {date(key.in_use_ms)} on.")


@keyring.command("reseal")
@errors_as_messages
def reseal() -> None:
    """Seal all values again that need an old key, in the store and in the database. May be stopped and repeated."""
    left = _show(ring_changes.reseal(runtime()))
    click.echo(f"{left} values need an old key. {ring_changes.EXPIRE}." if left else "No value needs an old key.")


@keyring.command("retire")
@click.argument("key_id", metavar="ID", type=int)
@errors_as_messages
def retire(key_id: int) -> None:
    """Take the old sealing key ID out of the key ring. It is refused while any value needs that key."""
    _show(ring_changes.retire(runtime(), key_id))
    click.echo(f"Key {key_id} has left the key ring.")


def _show(progress: Iterator[tuple[str, Counts]]) -> int:
    """Prints how far it is. Returns how many values are left at the end."""
    last: dict[str, Counts] = {}
    shown = 0.0
    for place, counts in progress:
        last[place] = counts
        if time.monotonic() - shown >= PROGRESS_SECONDS:
            shown = time.monotonic()
            click.echo(f"{place}: {counts.looked_at} looked at, {counts.resealed} sealed again", err=True)
    return sum(counts.left for counts in last.values())


@keyring.command("copy")
@click.option("--force", is_flag=True, help="Replace the copy even if it is of another key ring.")
@errors_as_messages
def copy(force: bool) -> None:
    """Compare the key ring in the store with its copy in the database, and replace the older one of the two."""
    state = ring_changes.copy(runtime(), force=force)
    if state is CopyState.DIFFERENT:
        raise Refused(20409, "The two are different key rings: see docs/keys.md, then --force replaces the copy")
    click.echo(f"The copy in the database: {state}.")
