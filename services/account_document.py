"""How an account is stored: sealed, with its tokens and, during a rotation, the former ones."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from common.model import Account, FormerToken
from common.runtime import Runtime
from storage import keys

#: How long a former token is accepted at most.
OVERLAP_SECONDS = 86_400


def seal_account(rt: Runtime, account: Account) -> str:
    doc = {
        "auth_token": account.auth_token, "carrier_sid": account.carrier_sid, "carrier_token": account.carrier_token,
        "former_auth": _row(account.former_auth), "former_carrier": _row(account.former_carrier),
    }  # fmt: skip
    return rt.seal.seal(json.dumps(doc), associated_data(account.sid))


def open_account(rt: Runtime, sid: str, sealed: str) -> Account:
    doc = json.loads(rt.seal.open(sealed, associated_data(sid)))
    former = {name: _former(doc[name]) for name in ("former_auth", "former_carrier")}
    return Account(sid, doc["auth_token"], doc["carrier_sid"], doc["carrier_token"], **former)


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
    former = rt.settings.twilio_auth_token_former
    if former is None or former == rt.settings.twilio_auth_token:
        return SettingsFormer(None)
    key, field = keys.ring("former_tokens"), rt.index.of_secret(rt.settings.twilio_account_sid, former)
    ends = rt.now_ms() + OVERLAP_SECONDS * 1000
    rt.store.guard(lambda: rt.store.client.hsetnx(key, field, ends))
    return SettingsFormer(FormerToken(former, int(rt.store.guard(lambda: rt.store.client.hget(key, field)))))
