"""The hash chain of a Service: each hash covers the previous hash and a salted commitment to the event's detail."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import Any

#: Part of every hash, so that hashes of another format can never fit this chain.
FORM = "maskline-chain-1"
SALT_BYTES = 32


def genesis(service_sid: str) -> str:
    """The hash before event 1."""
    return _digest([FORM, service_sid])


def commitment(salt: str, detail: str) -> str:
    """`salt` is hexadecimal. Once it is deleted, nobody can check a guess of the detail against the commitment."""
    return sha256(bytes.fromhex(salt) + detail.encode()).hexdigest()


def link(previous: str, event: dict[str, Any]) -> str:
    """`event` is a row of `events`; its own `hash` is not used."""
    return _digest(
        [
            FORM, previous, event["service_sid"], event["epoch"], event["n"], event["random"], event["type"],
            event["at_ms"], event["session_sid"], event["commitment"],
        ]
    )  # fmt: skip


def _digest(parts: list[Any]) -> str:
    return sha256(json.dumps(parts, separators=(",", ":")).encode()).hexdigest()
