"""`flask accounts …` and `flask keys …`: who may call the API. And what every group of commands needs."""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Callable
from typing import ParamSpec, TypeVar

import click
from flask.cli import AppGroup

from common.config import ConfigError
from common.errors import CarrierError, Invalid, NotFound, Refused, Unavailable
from common.model import Service
from common.sids import is_sid
from proxy.cli.output import json_option, print_list
from proxy.edge import runtime
from services import accounts as operations
from services.accounts import Accounts
from services.services import find_service, get_service
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
        except (ConfigError, Refused, CarrierError, Unavailable, StoreUnavailable) as error:
            raise click.ClickException(str(error)) from None

    return run


def require_service(ref: str) -> Service:
    """By SID, or by unique name if one account alone has it. Raises NotFound, Invalid."""
    found = [find_service(runtime(), ref)] if is_sid(ref, "KS") else _named(ref)
    services = [service for service in found if service]
    if len(services) > 1:
        sids = ", ".join(service.sid for service in services)
        raise Invalid("SERVICE", f"more than one account has a Service of this name; give the SID, one of {sids}")
    if not services:
        raise NotFound("The Service")
    return services[0]


def _named(name: str) -> list[Service | None]:
    found: list[Service | None] = []
    for account_sid in runtime().part(Accounts).sids():
        with contextlib.suppress(NotFound):
            found.append(get_service(runtime(), account_sid, name))
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
@json_option
@plainly
def list_accounts(as_json: bool) -> None:
    """Print the SID of each account."""
    print_list(["SID"], ([sid] for sid in operations.list_accounts(runtime())), as_json, "There is no account.")


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
@json_option
@plainly
def list_keys(account_sid: str, as_json: bool) -> None:
    """Print each key of ACCOUNT_SID: SID, role, name."""
    found = operations.list_keys(runtime(), account_sid)
    rows = ([key["sid"], key["role"], key["name"] or None] for key in found)
    print_list(["SID", "Role", "Name"], rows, as_json, f"{account_sid} has no key of ours.")


@keys.command("revoke")
@click.argument("account_sid")
@click.argument("key_sid")
@plainly
def revoke_key(account_sid: str, key_sid: str) -> None:
    """Refuse KEY_SID from now on."""
    operations.revoke_key(runtime(), account_sid, key_sid)
    click.echo(f"{key_sid} is revoked.")
