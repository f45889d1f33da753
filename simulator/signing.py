"""How a webhook is signed, and what the fragment of its URL says about retries."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl, urldefrag

CLASSES = frozenset({"4xx", "5xx", "ct", "rt"})


@dataclass(frozen=True)
class Rules:
    """Seconds; `policy` names the failures that are tried again."""

    connect: float = 5.0
    read: float = 15.0
    total: float = 15.0
    retries: int = 1
    policy: frozenset[str] = frozenset({"ct"})


def split(url: str) -> tuple[str, Rules]:
    """The URL as it is asked for and signed, and the rules of its fragment; a value out of range counts as absent."""
    bare, fragment = urldefrag(url)
    given = dict(parse_qsl(fragment))
    return bare, Rules(
        connect=_within(given.get("ct"), 100, 10_000, 5_000) / 1000,
        read=_within(given.get("rt"), 100, 15_000, 15_000) / 1000,
        total=_within(given.get("tt"), 100, 15_000, 15_000) / 1000,
        retries=_within(given.get("rc"), 0, 5, 1),
        policy=_policy(given.get("rp", "ct")),
    )


def signature(token: str, url: str, params: Mapping[str, str]) -> str:
    text = url + "".join(name + params[name] for name in sorted(params))
    return base64.b64encode(hmac.digest(token.encode(), text.encode(), hashlib.sha1)).decode()


def _within(text: str | None, least: int, most: int, default: int) -> int:
    value = int(text) if text and text.isascii() and text.isdigit() and len(text) < 6 else default
    return value if least <= value <= most else default


def _policy(text: str) -> frozenset[str]:
    named = frozenset(text.split(","))
    return CLASSES if "all" in named else (named & CLASSES) or frozenset({"ct"})
