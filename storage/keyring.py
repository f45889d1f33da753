"""The key ring: random keys, created once per installation and stored encrypted with SECRET_KEY."""

from __future__ import annotations

import hmac
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


class KeyRing:
    """`index` finds people, `seal` encrypts values at rest, `derive` gives a key for any other purpose."""

    def __init__(self, content: dict[str, Any]) -> None:
        self._root = b64decode(content["derive"])
        self.index = Index(b64decode(content["index"]))
        self.seal = Seal({int(i): b64decode(k) for i, k in content["seal"].items()})

    def derive(self, label: str) -> bytes:
        """A key of 32 bytes for one purpose. It is the same in every process, and says nothing of other keys."""
        return hmac.digest(self._root, label.encode(), "sha256")


def _wrapping_key(secret: str, salt: bytes) -> AESGCM:
    return AESGCM(Scrypt(salt=salt, length=32, n=2**14, r=8, p=1).derive(secret.encode()))


def _wrap(content: dict[str, Any], secret: str) -> str:
    salt, nonce = os.urandom(16), os.urandom(12)
    box = _wrapping_key(secret, salt).encrypt(nonce, json.dumps(content).encode(), b"maskline key ring")
    return b64encode(salt + nonce + box).decode()


def _unwrap(text: bytes, secret: str) -> dict[str, Any] | None:
    raw = b64decode(text)
    try:
        plain = _wrapping_key(secret, raw[:16]).decrypt(raw[16:28], raw[28:], b"maskline key ring")
    except InvalidTag:
        return None
    content: dict[str, Any] = json.loads(plain)
    return content


def _new_key() -> str:
    return b64encode(os.urandom(32)).decode()


def _new_content() -> dict[str, Any]:
    return {"index": _new_key(), "derive": _new_key(), "seal": {"1": _new_key()}}


def open_ring(store: Store, secret: str, former: str | None = None) -> KeyRing:
    """Decrypts the key ring, which the very first start creates; with the `former` secret, re-encrypts it.

    Raises KeyRingLocked, StoreUnavailable.
    """
    key = keys.ring("keyring")
    store.guard(lambda: store.client.hsetnx(key, "wrapped", _wrap(_new_content(), secret)))
    wrapped = store.guard(lambda: store.client.hget(key, "wrapped"))
    content = _unwrap(wrapped, secret)
    if content is None and former:
        content = _unwrap(wrapped, former)
        if content is not None:
            rewrapped = _wrap(content, secret)
            store.guard(lambda: store.client.hset(key, "wrapped", rewrapped))
    if content is None:
        raise KeyRingLocked(
            "SECRET_KEY does not open the key ring in the store. Set SECRET_KEY to the value it was created with, "
            "or set SECRET_KEY_FORMER to that value and keep the new SECRET_KEY."
        )
    return KeyRing(content)
