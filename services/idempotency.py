"""Idempotency-Key: the same request sent twice is done once, and answered twice with the same bytes.

Stored for the account for a day: keyed hashes of the key and of the request, and the sealed answer. A request that was
cut off leaves its seed, and a repetition makes the same SIDs from it: so it finds what was created, and creates nothing
twice.
"""

from __future__ import annotations

import json
import re
import zlib
from base64 import b64decode, b64encode
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from common.errors import Invalid, Refused
from common.runtime import Runtime
from common.sids import new

HEADER = "Idempotency-Key"
KEEP_SECONDS = 86_400
#: Longer than any creation takes, with all its calls to the carrier.
LEASE_SECONDS = 60
#: An answer that is larger when compressed is not stored; a repetition then does the work again, with the same SIDs.
MOST_BYTES = 4 * 1024
_KEY = re.compile("[!-~]{1,255}")

BUSY = "The first request with this Idempotency-Key is not answered yet: send it again after Retry-After"
OTHER = "This Idempotency-Key came with another path or body: give each request a key of its own"
FULL = (
    "The account has used as many Idempotency-Keys in 24 hours as MAX_IDEMPOTENCY_KEYS_PER_DAY allows: wait as "
    "Retry-After says, send the request without a key, or raise that setting"
)
LOST = (
    "The first request with this Idempotency-Key ended without an answer, and it may have reached the carrier: "
    "look at the Session's Interactions, then send another key if it is to be done again"
)


@dataclass(frozen=True, slots=True)
class Request:
    """`once`: it sends a request to the carrier before it is answered, so it must not be repeated when in doubt."""

    account_sid: str
    path: str
    body: bytes
    once: bool = False


@dataclass(frozen=True, slots=True)
class Claim:
    """Its holder does the work and reports the end.

    `seed`: for common.sids.repeatable; None: the work is never repeated.
    """

    account_sid: str
    key: str
    token: str
    seed: str | None


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    mimetype: str
    body: bytes


def begin(rt: Runtime, key: str, request: Request) -> Claim | Answer:
    """A Claim to do the work, or the Answer of the first request.

    Raises Invalid; Refused 20409 while another process does the work or if its end is unknown; Refused 20422 if the key
    came with another request before, 20429 if the account has used too many.
    """
    if not _KEY.fullmatch(key):
        raise Invalid(HEADER, "must be 1 to 255 ASCII characters, without spaces")
    hashed, token = rt.index.proof("idempotency-key", request.account_sid, key), new("")
    found = rt.store.account("claim_request", request.account_sid, {
        "key": hashed, "request": _fingerprint(rt, request), "token": token, "seed": new(""), "once": request.once,
        "lease_ms": LEASE_SECONDS * 1000, "keep_ms": KEEP_SECONDS * 1000,
        "most": rt.settings.max_idempotency_keys_per_day,
    })  # fmt: skip
    state = found["state"]
    if state == "mine":
        return Claim(request.account_sid, hashed, token, None if request.once else found["seed"])
    if state == "done":
        return _open(rt, request.account_sid, hashed, found["answer"])
    if state == "full":
        raise Refused(20429, FULL, retry_after=-(-found["wait"] // 1000))
    if state == "busy":
        raise Refused(20409, BUSY, retry_after=1)
    raise Refused(20409, LOST) if state == "lost" else Refused(20422, OTHER)


def keep(rt: Runtime, claim: Claim, answer: Answer) -> None:
    """Repetitions get this answer from now on."""
    compressed = zlib.compress(answer.body)
    if len(compressed) > MOST_BYTES:
        return release(rt, claim)
    text = json.dumps([answer.status, answer.mimetype, b64encode(compressed).decode()])
    _settle(rt, claim, answer=rt.seal.seal(text, _associated_data(claim.account_sid, claim.key)))


def release(rt: Runtime, claim: Claim) -> None:
    """The work is not known to be done: the next request may try at once."""
    _settle(rt, claim)


def forget(rt: Runtime, claim: Claim) -> None:
    """The request was refused before it was read: the key may be used again."""
    _settle(rt, claim, forget=True)


def _settle(rt: Runtime, claim: Claim, **outcome: Any) -> None:
    rt.store.account("settle_request", claim.account_sid, {"key": claim.key, "token": claim.token, **outcome})


def _open(rt: Runtime, account_sid: str, key: str, sealed: str) -> Answer:
    status, mimetype, body = json.loads(rt.seal.open(sealed, _associated_data(account_sid, key)))
    return Answer(status, mimetype, zlib.decompress(b64decode(body)))


def _associated_data(account_sid: str, key: str) -> str:
    return f"answer\0{account_sid}\0{key}"


def _fingerprint(rt: Runtime, request: Request) -> str:
    """With our key: from a plain hash of a body somebody could find the number in it by trying all."""
    return rt.index.proof("idempotent-request", request.account_sid, request.path, sha256(request.body).hexdigest())
