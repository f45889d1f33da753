"""Names of things: two letters and 32 hexadecimal digits, chosen before the store is asked."""

from __future__ import annotations

import re
import secrets

_SID = re.compile(r"[A-Z]{2}[0-9a-fA-F]{32}")


def new(prefix: str) -> str:
    return prefix + secrets.token_hex(16)


def is_sid(text: str, *prefixes: str) -> bool:
    return bool(_SID.fullmatch(text)) and text[:2] in prefixes
