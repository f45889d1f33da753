"""API keys: ours, each with a role, and the carrier's own, which services/carrier_keys.py asks the carrier about."""

from __future__ import annotations

import hmac
import secrets
from typing import Any

from common.errors import Invalid, NotFound
from common.runtime import Runtime
from common.sids import new
from common.steps import IN_THREAD, Steps
from services import carrier_keys
from services.accounts import FULL, READ_ONLY, Accounts, Principal
from services.key_store import key_document, read_key, read_keys, remove_key, write_key

ROLES = (FULL, READ_ONLY)


def add_key(rt: Runtime, account_sid: str, role: str, name: str) -> tuple[str, str]:
    """Creates an API key. Returns its SID and its secret, which is not stored and cannot be shown again."""
    if role not in ROLES:
        raise Invalid("role", f"must be one of {', '.join(ROLES)}")
    rt.part(Accounts).require(account_sid)
    sid, secret = new("SK"), secrets.token_urlsafe(32)
    write_key(rt, sid, {"account": account_sid, "role": role, "name": name, "hash": rt.index.of_secret(sid, secret)})
    return sid, secret


def list_keys(rt: Runtime, account_sid: str) -> list[dict[str, Any]]:
    """The keys that we created for one account: sid, role, name."""
    return [
        {"sid": sid, "role": doc["role"], "name": doc["name"]}
        for sid, doc in read_keys(rt)
        if doc["account"] == account_sid and not carrier_keys.is_carriers(doc)
    ]


def revoke_key(rt: Runtime, account_sid: str, key_sid: str) -> None:
    doc = read_key(rt, key_sid)
    if doc is None or doc["account"] != account_sid:
        raise NotFound("The key")
    remove_key(rt, key_sid)


def delete_keys(rt: Runtime, account_sid: str) -> None:
    """All API keys of an account, ours and the carrier's that we know."""
    for sid, doc in read_keys(rt):
        if doc["account"] == account_sid:
            remove_key(rt, sid)


def check_key(rt: Runtime, sid: str, secret: str) -> Steps[Principal | None]:
    """Raises Refused if the carrier would have to be asked, but may not be now."""
    doc, given = (yield from key_document(sid)), rt.index.of_secret(sid, secret)
    if doc is None or carrier_keys.is_carriers(doc):
        yield IN_THREAD
        return carrier_keys.check(rt, sid, secret, given, doc)
    return Principal(doc["account"], doc["role"], sid) if hmac.compare_digest(doc["hash"], given) else None


def account_of_key(rt: Runtime, sid: str) -> str | None:
    doc = read_key(rt, sid)
    return doc["account"] if doc else None
