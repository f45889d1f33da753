"""`flask accounts …` and `flask keys …`: the accounts and API keys that may call the API."""

from __future__ import annotations

import click
from flask.cli import AppGroup

from proxy.cli.common import errors_as_messages
from proxy.cli.output import json_option, print_list
from proxy.context import runtime
from services import accounts as operations

accounts = AppGroup("accounts", help="Accounts: who may call the API, with which credentials at the carrier.")
keys = AppGroup("keys", help="API keys: each belongs to an account and has a role.")


@accounts.command("add")
@click.argument("sid")
@click.option(
    "--auth-token",
    prompt=True,
    hide_input=True,
    help="The token that the account's programs use. Asked for if not given.",
)
@click.option("--carrier-sid", help="The SID of its account at the carrier. The same SID if not given.")
@click.option("--carrier-token", help="The auth token of that account at the carrier. The same token if not given.")
@errors_as_messages
def add_account(sid: str, auth_token: str, carrier_sid: str | None, carrier_token: str | None) -> None:
    """Add the account SID, or replace the tokens of an account that exists."""
    operations.add_account(runtime(), sid, auth_token, carrier_sid or sid, carrier_token or auth_token)
    click.echo(f"{sid} can now call the API.")


@accounts.command("list")
@json_option
@errors_as_messages
def list_accounts(as_json: bool) -> None:
    """List the SIDs of all accounts."""
    print_list(["SID"], ([sid] for sid in operations.list_accounts(runtime())), as_json, "There are no accounts.")


@keys.command("add")
@click.argument("account_sid")
@click.option("--role", type=click.Choice(operations.ROLES), default="full", show_default=True)
@click.option("--name", default="", help="A name to recognise the key by.")
@errors_as_messages
def add_key(account_sid: str, role: str, name: str) -> None:
    """Create an API key of ACCOUNT_SID and print its SID and secret. The secret is never shown again."""
    sid, secret = operations.add_key(runtime(), account_sid, role, name)
    click.echo(f"{sid} {secret}")


@keys.command("list")
@click.argument("account_sid")
@json_option
@errors_as_messages
def list_keys(account_sid: str, as_json: bool) -> None:
    """List the API keys of ACCOUNT_SID: SID, role, name."""
    api_keys = operations.list_keys(runtime(), account_sid)
    rows = ([key["sid"], key["role"], key["name"] or None] for key in api_keys)
    print_list(["SID", "Role", "Name"], rows, as_json, f"{account_sid} has no API keys.")


@keys.command("revoke")
@click.argument("account_sid")
@click.argument("key_sid")
@errors_as_messages
def revoke_key(account_sid: str, key_sid: str) -> None:
    """Revoke the API key KEY_SID: it is refused from now on."""
    operations.revoke_key(runtime(), account_sid, key_sid)
    click.echo(f"{key_sid} is revoked.")
