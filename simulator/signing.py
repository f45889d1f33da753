"""Signs webhooks, and reads the connection overrides in the fragment of their URLs."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl, urldefrag

FAILURES = frozenset({"4xx", "5xx", "ct", "rt"})


@dataclass(frozen=True)
class Rules:
    """Times in seconds; `policy` names the failures that are retried."""

    connect: float = 5.0
    read: float = 15.0
    total: float = 15.0
    retries: int = 1
    policy: frozenset[str] = frozenset({"ct"})


def split(url: str) -> tuple[str, Rules]:
    """The URL without its fragment (requested and signed), and the fragment's rules; bad values get the default."""
    bare, fragment = urldefrag(url)
    overrides = dict(parse_qsl(fragment))
    return bare, Rules(
        connect=_within(overrides.get("ct"), 100, 10_000, 5_000) / 1000,
        read=_within(overrides.get("rt"), 100, 15_000, 15_000) / 1000,
        total=_within(overrides.get("tt"), 100, 15_000, 15_000) / 1000,
        retries=_within(overrides.get("rc"), 0, 5, 1),
        policy=_policy(overrides.get("rp", "ct")),
    )


def signature(token: str, url: str, params: Mapping[str, str]) -> str:
    text = url + "".join(name + params[name] for name in sorted(params))
    return base64.b64encode(hmac.digest(token.encode(), text.encode(), hashlib.sha1)).decode()


def _within(text: str | None, minimum: int, maximum: int, default: int) -> int:
    value = int(text) if text and text.isascii() and text.isdigit() and len(text) < 6 else default
    return value if minimum <= value <= maximum else default


def _policy(text: str) -> frozenset[str]:
    named = frozenset(text.split(","))
    return FAILURES if "all" in named else (named & FAILURES) or frozenset({"ct"})
