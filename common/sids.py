"""SIDs: two letters and 32 hexadecimal digits, chosen before the store is asked."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_SID = re.compile(r"[A-Z]{2}[0-9a-fA-F]{32}")
_seed: ContextVar[tuple[str, Counter[str]] | None] = ContextVar("seed", default=None)


def new(prefix: str) -> str:
    """A new SID. Without a prefix: a random number, which does not depend on a seed."""
    seeded = _seed.get() if prefix else None
    return prefix + (_seeded_sid(prefix, *seeded) if seeded else secrets.token_hex(16))


@contextmanager
def repeatable(seed: str) -> Iterator[None]:
    """Inside, the n-th SID of each prefix follows from `seed`, so that a repetition chooses the same SIDs."""
    token = _seed.set((seed, Counter()))
    try:
        yield
    finally:
        _seed.reset(token)


def _seeded_sid(prefix: str, seed: str, counts: Counter[str]) -> str:
    counts[prefix] += 1
    return hashlib.sha256(f"{seed}\0{prefix}\0{counts[prefix]}".encode()).hexdigest()[:32]


def is_sid(text: str, *prefixes: str) -> bool:
    return bool(_SID.fullmatch(text)) and text[:2] in prefixes
