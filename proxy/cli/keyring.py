"""`flask keyring …`: the keys that encrypt values at rest, and the copy of the key ring in the database."""

from __future__ import annotations

import click
from flask.cli import AppGroup

from common.dates import date
from common.errors import Refused
from jobs.sealing import ring_changes
from proxy.cli.common import errors_as_messages
from proxy.cli.output import Cell, json_option, print_list
from proxy.context import runtime
from record.key_ring_copy import CopyState

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


@keyring.command("copy")
@click.option("--force", is_flag=True, help="Replace the copy even if it is of another key ring.")
@errors_as_messages
def copy(force: bool) -> None:
    """Compare the key ring in the store with its copy in the database, and replace the older one of the two."""
    state = ring_changes.copy(runtime(), force=force)
    if state is CopyState.DIFFERENT:
        raise Refused(20409, "The two are different key rings: see docs/keys.md, then --force replaces the copy")
    click.echo(f"The copy in the database: {state}.")
