"""The hash chain of a Service: each link covers the one before it and a salted commitment to the event's detail."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import Any

#: Part of every hash, so that another form of the chain can never be taken for this one.
FORM = "maskline-chain-1"
SALT_BYTES = 32


def genesis(service_sid: str) -> str:
    """What stands before event 1."""
    return _digest([FORM, service_sid])


def commitment(salt: str, detail: str) -> str:
    """`salt` is hexadecimal. Once it is forgotten, a guess of the detail cannot be checked against this."""
    return sha256(bytes.fromhex(salt) + detail.encode()).hexdigest()


def link(previous: str, event: dict[str, Any]) -> str:
    """`event` is a row of `events`; its own hash is left out."""
    return _digest(
        [
            FORM, previous, event["service_sid"], event["epoch"], event["n"], event["random"], event["type"],
            event["at_ms"], event["session_sid"], event["commitment"],
        ]
    )  # fmt: skip


def _digest(parts: list[Any]) -> str:
    return sha256(json.dumps(parts, separators=(",", ":")).encode()).hexdigest()
