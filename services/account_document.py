"""How an account is stored: sealed, with its tokens and, during a rotation, the former ones."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from common.errors import Invalid, NotFound, Refused
from common.model import Account, FormerToken
from common.runtime import Runtime
from common.sids import is_sid
from storage import keys

#: How long a former token is accepted at most.
OVERLAP_SECONDS = 86_400
SETTINGS = (
    "is the account of the settings: change TWILIO_ACCOUNT_SID or TWILIO_AUTH_TOKEN there and restart; with the former "
    "token as TWILIO_AUTH_TOKEN_FORMER that one stays valid for a day"
)


def seal_account(rt: Runtime, account: Account) -> str:
    doc = {
        "auth_token": account.auth_token, "carrier_sid": account.carrier_sid, "carrier_token": account.carrier_token,
        "former_auth": _row(account.former_auth), "former_carrier": _row(account.former_carrier),
        "closed": account.is_closed,
    }  # fmt: skip
    return rt.seal.seal(json.dumps(doc), associated_data(account.sid))


def open_account(rt: Runtime, sid: str, sealed: str) -> Account:
    doc = json.loads(rt.seal.open(sealed, associated_data(sid)))
    former = {name: _former(doc[name]) for name in ("former_auth", "former_carrier")}
    return Account(sid, doc["auth_token"], doc["carrier_sid"], doc["carrier_token"], is_closed=doc["closed"], **former)


def stored_account(rt: Runtime, sid: str) -> tuple[str, Account]:
    """As it is sealed in the store, and opened. Raises NotFound, Invalid for the account of the settings."""
    if sid == rt.settings.twilio_account_sid:
        raise Invalid("sid", SETTINGS)
    sealed = rt.store.guard(lambda: rt.store.client.get(keys.account("account", sid))) if is_sid(sid, "AC") else None
    if sealed is None:
        raise NotFound("The account")
    return sealed.decode(), open_account(rt, sid, sealed.decode())


def replace_account(rt: Runtime, sealed: str, changed: Account) -> None:
    """`sealed`: as `stored_account` gave it. Raises Refused if it was changed meanwhile."""
    args = {"former": sealed, "text": seal_account(rt, changed)}
    if not rt.store.account("replace_account", changed.sid, args)["replaced"]:
        raise Refused(20409, "The account was changed at the same time: run the command again")


def associated_data(account_sid: str) -> str:
    return f"account\0{account_sid}"


def _row(former: FormerToken | None) -> list[Any] | None:
    return [former.token, former.ends_ms] if former else None


def _former(row: list[Any] | None) -> FormerToken | None:
    return FormerToken(row[0], row[1]) if row else None


@dataclass(frozen=True, slots=True, repr=False)
class SettingsFormer:
    token: FormerToken | None


def former_of_settings(rt: Runtime) -> SettingsFormer:
    """TWILIO_AUTH_TOKEN_FORMER with its end, which is stored when the first process starts with it."""
    key, former = keys.ring("former_tokens"), rt.settings.twilio_auth_token_former
    # It is not a former one any more. When it becomes one again, it has a new day.
    current = _secret_field(rt, rt.settings.twilio_auth_token)
    rt.store.guard(lambda: rt.store.client.hdel(key, current))
    if former is None or former == rt.settings.twilio_auth_token:
        return SettingsFormer(None)
    field = _secret_field(rt, former)
    ends = rt.now_ms() + OVERLAP_SECONDS * 1000
    rt.store.guard(lambda: rt.store.client.hsetnx(key, field, ends))
    return SettingsFormer(FormerToken(former, int(rt.store.guard(lambda: rt.store.client.hget(key, field)))))


def _secret_field(rt: Runtime, token: str) -> str:
    return rt.index.of_secret(rt.settings.twilio_account_sid, token)
