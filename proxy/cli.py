"""`flask accounts …` and `flask keys …`: who may call the API. And what every group of commands needs."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import ParamSpec, TypeVar

import click
from flask.cli import AppGroup

from proxy.edge import runtime
from relay import accounts as operations
from relay.errors import CarrierError, NotFound, Refused, Unavailable
from relay.model import Service
from relay.operations.services import find_service
from storage.store import StoreUnavailable

P = ParamSpec("P")
R = TypeVar("R")

accounts = AppGroup("accounts", help="Accounts: who may call the API, and in whose name the carrier is called.")
keys = AppGroup("keys", help="API keys of ours: an account's programs, each with its role.")
groups = (accounts, keys)


def plainly(act: Callable[P, R]) -> Callable[P, R]:
    """A refusal is one sentence, not a traceback."""

    @functools.wraps(act)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return act(*args, **kwargs)
        except (Refused, CarrierError, Unavailable, StoreUnavailable) as error:
            raise click.ClickException(str(error)) from None

    return run


def require_service(sid: str) -> Service:
    """Raises NotFound."""
    found = find_service(runtime(), sid)
    if found is None:
        raise NotFound("The Service")
    return found


@accounts.command("add")
@click.argument("sid")
@click.option("--auth-token", prompt=True, hide_input=True, help="For its programs; asked for if not given.")
@click.option("--carrier-sid", help="Its account at the carrier; the same SID if not given.")
@click.option("--carrier-token", help="The token of that account; the same token if not given.")
@plainly
def add_account(sid: str, auth_token: str, carrier_sid: str | None, carrier_token: str | None) -> None:
    """Add the account SID, or give a known one new tokens."""
    operations.add_account(runtime(), sid, auth_token, carrier_sid or sid, carrier_token or auth_token)
    click.echo(f"{sid} may call the API.")


@accounts.command("list")
@plainly
def list_accounts() -> None:
    """Print the SID of each account."""
    for sid in operations.list_accounts(runtime()):
        click.echo(sid)


@keys.command("add")
@click.argument("account_sid")
@click.option("--role", type=click.Choice(operations.ROLES), default="full", show_default=True)
@click.option("--name", default="", help="To tell it from others.")
@plainly
def add_key(account_sid: str, role: str, name: str) -> None:
    """Make a key of ACCOUNT_SID and print its SID and secret, the secret this once."""
    sid, secret = operations.add_key(runtime(), account_sid, role, name)
    click.echo(f"{sid} {secret}")


@keys.command("list")
@click.argument("account_sid")
@plainly
def list_keys(account_sid: str) -> None:
    """Print each key of ACCOUNT_SID: SID, role, name."""
    for key in operations.list_keys(runtime(), account_sid):
        click.echo(f"{key['sid']} {key['role']} {key['name']}".rstrip())


@keys.command("revoke")
@click.argument("account_sid")
@click.argument("key_sid")
@plainly
def revoke_key(account_sid: str, key_sid: str) -> None:
    """Refuse KEY_SID from now on."""
    operations.revoke_key(runtime(), account_sid, key_sid)
    click.echo(f"{key_sid} is revoked.")
