"""Which Service holds a proxy number: a claim for the whole installation, under the number's account at the carrier.

Several of our accounts may use one account of the carrier. So a claim is kept under the carrier's account, and names
our account and the Service; only they may change the number at the carrier, or read its traffic there.
"""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from typing import Any

from carrier.model import CarrierNumber
from common.errors import Refused
from common.model import Service
from common.runtime import Runtime
from pool import number_webhooks
from services.accounts import Accounts
from storage import keys

#: Names neither the other Service nor its account.
HELD_ELSEWHERE = (
    "Another Service of this installation has this phone number. Remove it there first (it is free once its Sessions "
    "have ended), or add another number"
)

#: A claim: { account, service, sid (of the number), restore (its former webhooks, sealed), at (s) }.
Claim = dict[str, Any]


def claim(rt: Runtime, service: Service, found: CarrierNumber) -> Claim:
    """The present claim of this Service; the first one keeps the webhooks to restore. Raises Refused 80601."""
    made = {
        "account": service.account_sid, "service": service.sid, "sid": found.sid,
        "restore": number_webhooks.sealed(rt, found), "at": time.time(),
    }  # fmt: skip
    args = {"number": found.phone_number, "claim": made}
    answer = rt.store.account("claim_number", _carrier_sid(rt, service.account_sid), args)
    if "claim" not in answer:
        raise Refused(answer["error"], HELD_ELSEWHERE)
    held: Claim = answer["claim"]
    return held


def release(rt: Runtime, account_sid: str, number: str, read: Claim) -> None:
    """Ends the claim `read`. A later claim stays, of the same Service too."""
    args = {"number": number, "service": read["service"], "at": read["at"]}
    rt.store.account("release_number", _carrier_sid(rt, account_sid), args)


def held_by(rt: Runtime, account_sid: str, service_sid: str, number: str) -> Claim | None:
    """The claim of this Service; None if nobody or somebody else holds the number."""
    found = read(rt, account_sid, [number])[number]
    return found if found and found["service"] == service_sid else None


def read(rt: Runtime, account_sid: str, numbers: Sequence[str]) -> dict[str, Claim | None]:
    """The claims of these numbers of the account at the carrier, also those of other accounts of ours."""
    texts = rt.store.guard(lambda: rt.store.client.hmget(_key(rt, account_sid), list(numbers))) if numbers else []
    return {number: json.loads(text) if text else None for number, text in zip(numbers, texts, strict=True)}


def of_account(rt: Runtime, account_sid: str) -> dict[str, Claim]:
    """Number -> claim of this account, and of accounts that no longer exist here."""
    if rt.part(Accounts).get(account_sid) is None:
        return {}
    stored = rt.store.guard(lambda: rt.store.client.hgetall(_key(rt, account_sid)))
    others = {*rt.part(Accounts).sids()} - {account_sid}
    claims = {number.decode(): json.loads(text) for number, text in stored.items()}
    return {number: one for number, one in claims.items() if one["account"] not in others}


def has_any(rt: Runtime, account_sid: str) -> bool:
    return any(one["account"] == account_sid for one in of_account(rt, account_sid).values())


def _key(rt: Runtime, account_sid: str) -> str:
    return keys.account("number_claims", _carrier_sid(rt, account_sid))


def _carrier_sid(rt: Runtime, account_sid: str) -> str:
    return rt.part(Accounts).require(account_sid).carrier_sid
