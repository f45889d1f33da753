"""The key ring: random keys, created once per installation and stored encrypted with SECRET_KEY."""

from __future__ import annotations

import json
import os
from base64 import b64decode, b64encode
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from storage import keys
from storage.index import Index
from storage.seal import Seal
from storage.store import Store


class KeyRingLocked(Exception):
    """Neither SECRET_KEY nor SECRET_KEY_FORMER decrypts the key ring in the store."""


def _wrapping_key(secret: str, salt: bytes) -> AESGCM:
    return AESGCM(Scrypt(salt=salt, length=32, n=2**14, r=8, p=1).derive(secret.encode()))


def _wrap(ring: dict[str, Any], secret: str) -> str:
    salt, nonce = os.urandom(16), os.urandom(12)
    box = _wrapping_key(secret, salt).encrypt(nonce, json.dumps(ring).encode(), b"maskline key ring")
    return b64encode(salt + nonce + box).decode()


def _unwrap(text: bytes, secret: str) -> dict[str, Any] | None:
    raw = b64decode(text)
    try:
        plain = _wrapping_key(secret, raw[:16]).decrypt(raw[16:28], raw[28:], b"maskline key ring")
    except InvalidTag:
        return None
    ring: dict[str, Any] = json.loads(plain)
    return ring


def _new_ring() -> dict[str, Any]:
    return {"index": b64encode(os.urandom(32)).decode(), "seal": {"1": b64encode(os.urandom(32)).decode()}}


def open_ring(store: Store, secret: str, former: str | None = None) -> tuple[Index, Seal]:
    """Decrypts the key ring, which the very first start creates; with the `former` secret, re-encrypts it.

    Raises KeyRingLocked, StoreUnavailable.
    """
    key = keys.ring("keyring")
    store.guard(lambda: store.client.hsetnx(key, "wrapped", _wrap(_new_ring(), secret)))
    wrapped = store.guard(lambda: store.client.hget(key, "wrapped"))
    ring = _unwrap(wrapped, secret)
    if ring is None and former:
        ring = _unwrap(wrapped, former)
        if ring is not None:
            rewrapped = _wrap(ring, secret)
            store.guard(lambda: store.client.hset(key, "wrapped", rewrapped))
    if ring is None:
        raise KeyRingLocked(
            "SECRET_KEY does not open the key ring in the store. Set SECRET_KEY to the value it was created with, "
            "or set SECRET_KEY_FORMER to that value and keep the new SECRET_KEY."
        )
    return Index(b64decode(ring["index"])), Seal({int(i): b64decode(k) for i, k in ring["seal"].items()})
