"""`flask accounts …` and `flask keys …`: the accounts and API keys that may call the API."""

from __future__ import annotations

import click
from flask.cli import AppGroup

from common.dates import date
from common.model import Account
from erasure import accounts as accounts_removal
from proxy.cli.common import errors_as_messages
from proxy.cli.output import json_option, print_list
from proxy.cli.secrets import secret_option
from proxy.context import runtime
from services import accounts as operations
from services import api_keys, token_rotation
from services.token_rotation import API, CARRIER

accounts = AppGroup("accounts", help="Accounts: who may call the API, with which credentials at the carrier.")
keys = AppGroup("keys", help="API keys: each belongs to an account and has a role.")


@accounts.command("add")
@click.argument("sid")
@secret_option("--auth-token", "The token that the account's programs use. Asked for if not given.")
@click.option("--carrier-sid", help="The SID of its account at the carrier. The same SID if not given.")
@secret_option(
    "--carrier-token", "The auth token of that account at the carrier. The same token if not given.", ask=False
)
@errors_as_messages
def add_account(sid: str, auth_token: str, carrier_sid: str | None, carrier_token: str | None) -> None:
    """Add the account SID, or replace the tokens of an account that exists: its former ones end at once."""
    operations.add_account(runtime(), sid, auth_token, carrier_sid or sid, carrier_token or auth_token)
    click.echo(f"{sid} can now call the API.")


@accounts.command("token")
@click.argument("sid")
@secret_option("--token", "The new token. Asked for if not given.")
@click.option(
    "--only", type=click.Choice([API, CARRIER]),
    help="api: what the account's programs log in with. carrier: what the carrier signs with and we log in with "
    "there. If not given: the carrier's, and the one of the API if both were the same.",
)  # fmt: skip
@click.option(
    "--overlap", type=click.IntRange(0, 24), default=24, show_default=True,
    help="Hours for which the former token is still accepted; 0: it ends at once.",
)  # fmt: skip
@errors_as_messages
def change_token(sid: str, token: str, only: str | None, overlap: int) -> None:
    """Give the account SID a new token; the former one is accepted until its end.

    At the carrier create the secondary token first, then run this, then promote the secondary token.
    """
    account = token_rotation.change_token(runtime(), sid, token, only, overlap * 3600)
    for name, former in (("API", account.former_auth), ("carrier", account.former_carrier)):
        end = f"the former one ends at {date(former.ends_ms)}" if former else "it was never changed"
        click.echo(f"token of the {name}: {end}")


@accounts.command("remove")
@click.argument("sid")
@click.option(
    "--force", is_flag=True,
    help="End its live Sessions, and leave numbers behind whose webhooks the carrier does not let us restore.",
)  # fmt: skip
@errors_as_messages
def remove_account(sid: str, force: bool) -> None:
    """Remove the account SID with its API keys, its Services and all that is in them; its record stays.

    Its token and its keys are refused at once. It is not removed if a Service has live Sessions.
    """
    removal = accounts_removal.remove_account(runtime(), sid, force=force)
    for number in removal.left_behind:
        click.echo(f"{number} still has our webhooks: change them at the carrier", err=True)
    rest = "" if removal.finished else "; a job deletes the rest as soon as the last events are recorded"
    click.echo(f"{sid} is removed, with {removal.services} Services{rest}.")


@accounts.command("list")
@json_option
@errors_as_messages
def list_accounts(as_json: bool) -> None:
    """List all accounts: whether they are being removed, and until when a former token is accepted."""
    print_list(
        ["SID", "State", "Former token until"], map(_row, operations.list_accounts(runtime())), as_json, "No accounts."
    )


def _row(account: Account) -> list[str | None]:
    ends = [former.ends_ms for former in (account.former_auth, account.former_carrier) if former]
    state = "closed" if account.is_closed else "active"
    return [account.sid, state, date(max(ends)) if ends and max(ends) > runtime().now_ms() else None]


@keys.command("add")
@click.argument("account_sid")
@click.option("--role", type=click.Choice(api_keys.ROLES), default="full", show_default=True)
@click.option("--name", default="", help="A name to recognise the key by.")
@errors_as_messages
def add_key(account_sid: str, role: str, name: str) -> None:
    """Create an API key of ACCOUNT_SID and print its SID and secret. The secret is never shown again."""
    sid, secret = api_keys.add_key(runtime(), account_sid, role, name)
    click.echo(f"{sid} {secret}")


@keys.command("list")
@click.argument("account_sid")
@json_option
@errors_as_messages
def list_keys(account_sid: str, as_json: bool) -> None:
    """List the API keys of ACCOUNT_SID: SID, role, name."""
    found = api_keys.list_keys(runtime(), account_sid)
    rows = ([key["sid"], key["role"], key["name"] or None] for key in found)
    print_list(["SID", "Role", "Name"], rows, as_json, f"{account_sid} has no API keys.")


@keys.command("revoke")
@click.argument("account_sid")
@click.argument("key_sid")
@errors_as_messages
def revoke_key(account_sid: str, key_sid: str) -> None:
    """Revoke the API key KEY_SID: it is refused from now on."""
    api_keys.revoke_key(runtime(), account_sid, key_sid)
    click.echo(f"{key_sid} is revoked.")
