"""Our own links to cleaned media: an opaque id, the time at which the link expires, and a token that proves both."""

from __future__ import annotations

import hmac
import re
import secrets
from typing import Protocol


class Proof(Protocol):
    """storage.index.Index.proof: a keyed hash of the parts."""

    def __call__(self, *parts: str) -> str: ...


_ID = re.compile(r"[A-Za-z0-9_-]{22}")
_EXPIRES = re.compile(r"[1-9][0-9]{0,10}")


def new_id() -> str:
    """128 random bits as 22 characters, with no information about the file or its sender."""
    return secrets.token_urlsafe(16)


def sign(proof: Proof, media_id: str, expires: int) -> str:
    """The path below PUBLIC_URL; `expires` is in seconds since 1970."""
    if not _ID.fullmatch(media_id) or not _EXPIRES.fullmatch(str(expires)):
        raise ValueError("a link needs an id from new_id and a positive time")
    return f"/media/{media_id}/{expires}/{_token(proof, media_id, str(expires))}"


def verify(proof: Proof, media_id: str, expires: str, token: str, now: float) -> bool:
    """Whether the parts of a received path are valid. A forged and an expired link give the same answer."""
    if not _ID.fullmatch(media_id) or not _EXPIRES.fullmatch(expires):
        return False
    genuine = hmac.compare_digest(_token(proof, media_id, expires).encode(), token.encode("utf-8", "replace"))
    return genuine and now < int(expires)


def _token(proof: Proof, media_id: str, expires: str) -> str:
    return proof("media", media_id, expires)
