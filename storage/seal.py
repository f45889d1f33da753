"""Encrypts values at rest. Each value has its own random salt and key: once the salt is deleted, nobody can read it."""

from __future__ import annotations

import hmac
import os
from base64 import urlsafe_b64decode, urlsafe_b64encode

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_SALT = 16
#: The key is derived from a fresh random salt and used once, so the nonce may be constant.
_NONCE = bytes(12)


class SealBroken(Exception):
    """The value was altered, opened with other associated data, or sealed with a key that is not in the keyring."""


class Seal:
    """`sealing_keys`: id (0..255) -> 32 bytes; the highest id seals, all open."""

    def __init__(self, sealing_keys: dict[int, bytes]) -> None:
        self._keys = sealing_keys
        self._current = max(sealing_keys)

    def seal(self, value: str, associated_data: str) -> str:
        """`associated_data` says what the value is and whose; `open` needs the same."""
        raw = self.seal_bytes(value.encode("utf-8", "surrogatepass"), associated_data)
        return urlsafe_b64encode(raw).rstrip(b"=").decode()

    def open(self, sealed: str, associated_data: str) -> str:
        """Raises SealBroken."""
        raw = urlsafe_b64decode(sealed + "=" * (-len(sealed) % 4))
        return self.open_bytes(raw, associated_data).decode("utf-8", "surrogatepass")

    def seal_bytes(self, value: bytes, associated_data: str) -> bytes:
        salt = os.urandom(_SALT)
        return (
            bytes([self._current])
            + salt
            + self._cipher(self._current, salt).encrypt(_NONCE, value, associated_data.encode())
        )

    def open_bytes(self, raw: bytes, associated_data: str) -> bytes:
        """Raises SealBroken."""
        if len(raw) < 1 + _SALT + 16 or raw[0] not in self._keys:
            raise SealBroken("unknown key or too short")
        try:
            return self._cipher(raw[0], raw[1 : 1 + _SALT]).decrypt(_NONCE, raw[1 + _SALT :], associated_data.encode())
        except InvalidTag as error:
            raise SealBroken("altered, or other associated data") from error

    def _cipher(self, key_id: int, salt: bytes) -> AESGCM:
        return AESGCM(hmac.digest(self._keys[key_id], salt, "sha256"))
