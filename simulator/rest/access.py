"""Authenticates requests: Basic with an account's SID and token, or with an API key."""

from __future__ import annotations

import hmac
from typing import Any

from flask import current_app, g, request

from simulator import policy
from simulator.carrier import Carrier
from simulator.errors import refusal
from simulator.model import Account, Key


def carrier() -> Carrier:
    found: Carrier = current_app.extensions["simulator"]
    return found


def account() -> Account:
    found: Account = g.account
    return found


def authenticate() -> None:
    """The account in the path must be the account of the credentials."""
    owner, key = _credentials()
    # Reads the raw path: an unknown path is a 404 only for an authenticated caller.
    asked = request.path.split("/")[3:4]
    if owner is None or asked not in ([owner.sid], [f"{owner.sid}.json"]):
        raise refusal(20003)
    g.account, g.key = owner, key
    if key is not None and key.policy is not None:
        _require_permission(key.policy, request.path.split("/", 4)[4:])


def authenticate_without_path() -> None:
    """For APIs whose paths contain no account."""
    owner, key = _credentials()
    if owner is None:
        raise refusal(20003)
    g.account, g.key = owner, key


def _require_permission(allowed: dict[str, Any], subpath: list[str]) -> None:
    """A restricted key may not use a path that no permission covers."""
    permission = policy.required_permission(request.method, subpath[0]) if subpath else None
    if permission is None:
        raise refusal(20003)
    if not policy.allows(allowed, permission):
        raise refusal(70051, permission)


def refuse_keys() -> None:
    """Keys made by REST are standard keys: they may do everything except manage accounts and keys."""
    if g.key is not None:
        raise refusal(20003)


def _credentials() -> tuple[Account | None, Key | None]:
    credentials = request.authorization
    if credentials is None or credentials.type != "basic" or not credentials.username:
        return None, None
    state, key = carrier().state, carrier().state.keys.get(credentials.username)
    owner = state.accounts.get(key.account_sid if key else credentials.username)
    secret = key.secret if key else owner.auth_token if owner else ""
    valid = bool(secret) and hmac.compare_digest(secret.encode(), (credentials.password or "").encode())
    return (owner, key) if valid else (None, None)
