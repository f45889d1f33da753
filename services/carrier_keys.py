"""The carrier's own API keys: whoever has one may use it here too, with the rights that the carrier says it has.

Anybody can send us a key that we do not know, and we would have to ask the carrier. So for the whole installation at
most AT_ONCE such keys are asked about at the same time and CARRIER_KEY_CHECKS_PER_MINUTE in a minute, and the same key
and secret once a minute. What the carrier refused is not remembered for longer than that minute. A request with a key
that another one asks about just now is told to come again: it may be right, so it is no guess.
"""

from __future__ import annotations

import hmac
import secrets
import time
from collections import Counter
from typing import Any

from common.errors import CarrierError, Refused
from common.model import Account
from common.runtime import Runtime
from services.accounts import FULL, READ_ONLY, Accounts, Carriers, Principal, list_accounts
from services.key_store import remove_key, write_key
from storage import keys

AT_ONCE = 4
#: Longer than all requests to the carrier about one key in usual installations; then another check may begin.
CLAIM_MS = 30_000
#: What the carrier refused is not asked again so soon.
REFUSED_MS = 60_000
NOT_ASKED = "Too many unknown API keys are being checked at the carrier: wait as Retry-After says"


def is_carriers(doc: dict[str, Any]) -> bool:
    return "checked" in doc


def check(rt: Runtime, sid: str, secret: str, given: str, doc: dict[str, Any] | None) -> Principal | None:
    """`given`: the hash of key and secret. `doc`: what is stored of this SID.

    Raises Refused if the carrier may not be asked now, CarrierError if it did not answer.
    """
    if not rt.settings.accept_carrier_keys:
        return None
    known = doc if doc is not None and hmac.compare_digest(doc["hash"], given) else None
    if known and 0 <= time.time() - known["checked"] < rt.settings.carrier_key_recheck_seconds:
        return _principal(sid, known)
    question, token = _question(rt, given), secrets.token_hex(8)
    refused = _claim(rt, question, token, known is not None)
    if refused is not None:
        # The carrier has refused this very key within this minute; or it is known, and somebody asks about it again.
        return _principal(sid, known) if known else None
    found = _ask(rt, sid, secret, question, token)
    if found is not None:
        doc = {"account": found.account_sid, "role": found.role, "name": "", "hash": given, "checked": time.time()}
        write_key(rt, sid, doc)
    elif known:
        # Only the right secret shows that the key was revoked.
        remove_key(rt, sid)
    return found


def _question(rt: Runtime, given: str) -> str:
    """Key, secret and the accounts that would be asked: after an account was added, the question is another one."""
    return rt.index.proof("key-check", given, repr(sorted(rt.part(Accounts).stored().items())))


def _principal(sid: str, doc: dict[str, Any]) -> Principal:
    return Principal(doc["account"], doc["role"], sid)


def _claim(rt: Runtime, question: str, token: str, known: bool) -> str | None:
    """None: the carrier may be asked. Raises Refused above the limits."""
    args = {
        "question": question, "known": known, "token": token, "claim": CLAIM_MS, "at_once": AT_ONCE,
        "per_minute": rt.settings.carrier_key_checks_per_minute,
    }  # fmt: skip
    found: dict[str, Any] = rt.store.ring("claim_key_check", args)
    if found.get("refused") in ("busy", "limit"):
        raise Refused(20429, NOT_ASKED, retry_after=-(-found["wait"] // 1000))
    return found.get("refused")


def _ask(rt: Runtime, sid: str, secret: str, question: str, token: str) -> Principal | None:
    try:
        found = _ask_each_account(rt, sid, secret)
    except CarrierError:
        _end_claim(rt, question, token, may_ask_again=True)
        raise
    _end_claim(rt, question, token, may_ask_again=found is not None)
    return found


def _ask_each_account(rt: Runtime, sid: str, secret: str) -> Principal | None:
    for account in _accounts_to_ask(rt):
        carrier = rt.part(Carriers).of(account)
        if carrier.knows_key(sid, secret):
            return Principal(account.sid, FULL if carrier.is_unrestricted_key(sid) else READ_ONLY, sid)
    return None


def _accounts_to_ask(rt: Runtime) -> list[Account]:
    """A key of an account of the carrier that several accounts here use would open only one of them: it opens none."""
    accounts = [account for account in list_accounts(rt) if not account.is_closed]
    users = Counter(account.carrier_sid for account in accounts)
    return [account for account in accounts if users[account.carrier_sid] == 1]


def _end_claim(rt: Runtime, question: str, token: str, *, may_ask_again: bool) -> None:
    def write() -> None:
        with rt.store.pipeline(keys.ring("key_checks")) as pipeline:
            pipeline.zrem(keys.ring("key_checks"), token)
            if may_ask_again:
                pipeline.delete(keys.ring("key_check", question))
            else:
                pipeline.set(keys.ring("key_check", question), "no", px=REFUSED_MS)
            pipeline.execute()

    rt.store.guard(write)
