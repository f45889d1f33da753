"""Who asks: Basic with an account's SID and token, or with a key's; and the carrier that is asked."""

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
    """The path's account must be that of the credentials."""
    owner, key = _credentials()
    # From the path itself: a path that leads nowhere is a 404 only to who may ask.
    asked = request.path.split("/")[3:4]
    if owner is None or asked not in ([owner.sid], [f"{owner.sid}.json"]):
        raise refusal(20003)
    g.account, g.key = owner, key
    if key is not None and key.policy is not None:
        _require_permission(key.policy, request.path.split("/", 4)[4:])


def authenticate_without_path() -> None:
    """Of APIs whose paths name no account."""
    owner, key = _credentials()
    if owner is None:
        raise refusal(20003)
    g.account, g.key = owner, key


def _require_permission(allowed: dict[str, Any], behind: list[str]) -> None:
    """A path that no permission is for is no restricted key's."""
    permission = policy.needed(request.method, behind[0]) if behind else None
    if permission is None:
        raise refusal(20003)
    if not policy.allows(allowed, permission):
        raise refusal(70051, permission)


def refuse_keys() -> None:
    """A key made by REST is a standard one: good for everything but accounts and keys."""
    if g.key is not None:
        raise refusal(20003)


def _credentials() -> tuple[Account | None, Key | None]:
    given = request.authorization
    if given is None or given.type != "basic" or not given.username:
        return None, None
    state, key = carrier().state, carrier().state.keys.get(given.username)
    owner = state.accounts.get(key.account_sid if key else given.username)
    secret = key.secret if key else owner.auth_token if owner else ""
    right = bool(secret) and hmac.compare_digest(secret.encode(), (given.password or "").encode())
    return (owner, key) if right else (None, None)
