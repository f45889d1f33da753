"""Encrypts the key ring with SECRET_KEY. What is in it: see RingKeys."""

from __future__ import annotations

import json
import os
from base64 import b64decode, b64encode
from collections.abc import Iterable
from dataclasses import dataclass, replace

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

_PURPOSE = b"maskline key ring"


@dataclass(frozen=True, slots=True, repr=False)
class SealingKey:
    key: bytes
    added_ms: int


@dataclass(frozen=True, slots=True, repr=False)
class RingKeys:
    """`version` rises with each change. `sealing`: id (1..255) -> key. `root`: other keys are derived from it."""

    version: int
    index: bytes
    root: bytes
    sealing: dict[int, SealingKey]

    def sealing_key(self) -> tuple[int, bytes]:
        """See storage.seal.SealingKeys."""
        newest = max(self.sealing)
        return newest, self.sealing[newest].key

    def find_key(self, key_id: int) -> bytes | None:
        found = self.sealing.get(key_id)
        return found.key if found else None

    def with_sealing(self, sealing: dict[int, SealingKey]) -> RingKeys:
        return replace(self, version=self.version + 1, sealing=sealing)


def new_keys(now_ms: int) -> RingKeys:
    return RingKeys(1, os.urandom(32), os.urandom(32), {1: SealingKey(os.urandom(32), now_ms)})


def wrap(keys: RingKeys, secret: str) -> str:
    salt, nonce = os.urandom(16), os.urandom(12)
    doc = {
        "version": keys.version, "index": _text(keys.index), "root": _text(keys.root),
        "sealing": {str(i): [_text(one.key), one.added_ms] for i, one in keys.sealing.items()},
    }  # fmt: skip
    return _text(salt + nonce + _cipher(secret, salt).encrypt(nonce, json.dumps(doc).encode(), _PURPOSE))


def unwrap(text: str, secrets: Iterable[str | None]) -> RingKeys | None:
    """None if none of the secrets opens it."""
    raw = b64decode(text)
    for secret in filter(None, secrets):
        try:
            doc = json.loads(_cipher(secret, raw[:16]).decrypt(raw[16:28], raw[28:], _PURPOSE))
        except InvalidTag:
            continue
        sealing = {int(i): SealingKey(b64decode(key), added_ms) for i, (key, added_ms) in doc["sealing"].items()}
        return RingKeys(doc["version"], b64decode(doc["index"]), b64decode(doc["root"]), sealing)
    return None


def _cipher(secret: str, salt: bytes) -> AESGCM:
    return AESGCM(Scrypt(salt=salt, length=32, n=2**14, r=8, p=1).derive(secret.encode()))


def _text(raw: bytes) -> str:
    return b64encode(raw).decode()
