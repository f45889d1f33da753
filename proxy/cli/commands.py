"""The group of our commands, each loaded when a command is run or listed: web processes never do that."""

from __future__ import annotations

from collections.abc import Iterable

import click
from flask.cli import AppGroup


class Commands(AppGroup):
    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        self._load()
        return super().get_command(ctx, cmd_name)

    def list_commands(self, ctx: click.Context) -> list[str]:
        self._load()
        return super().list_commands(ctx)

    def _load(self) -> None:
        for command in () if self.commands else _commands():
            self.add_command(command)


def _commands() -> Iterable[click.Command]:
    # Imported here: with SQL, its migrations and the queues they are a third of all that this product imports.
    from proxy.cli import accounts, blocks, callbacks, content, doctor, keyring, numbers, optouts, outbox, redact

    return (
        accounts.accounts,
        accounts.keys,
        callbacks.callbacks,
        content.content,
        doctor.doctor,
        keyring.keyring,
        numbers.numbers,
        outbox.outbox,
        optouts.optouts,
        blocks.blocks,
        redact.redact,
    )
