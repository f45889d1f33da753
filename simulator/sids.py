"""SIDs in Twilio's format: two letters and 32 hex digits."""

from __future__ import annotations

import hashlib
import re
import uuid


def new(prefix: str) -> str:
    return prefix + uuid.uuid4().hex


def fixed(prefix: str, seed: str) -> str:
    """The same SID at every start, so that scripts can name the first numbers."""
    return prefix + hashlib.sha256(f"{prefix}:{seed}".encode()).hexdigest()[:32]


def fits(prefix: str, text: str) -> bool:
    return re.fullmatch(prefix + "[0-9a-fA-F]{32}", text) is not None
