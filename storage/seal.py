"""Encrypts values at rest. Each value has its own random salt and key: once the salt is deleted, nobody can read it."""

from __future__ import annotations

import hmac
import os
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_SALT = 16
#: The key is derived from a fresh random salt and used once, so the nonce may be constant.
_NONCE = bytes(12)


class SealBroken(Exception):
    """The value was altered, opened with other associated data, or sealed with a key that is not in the keyring."""


class SealingKeys(Protocol):
    """storage.keyring.KeyRing. An id is 0..255, a key 32 bytes."""

    def sealing_key(self) -> tuple[int, bytes]:
        """The id and the key that seal now."""

    def find_key(self, key_id: int) -> bytes | None: ...


class Seal:
    """Each value begins with the id of the key that sealed it."""

    def __init__(self, sealing_keys: SealingKeys) -> None:
        self._keys = sealing_keys

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
        key_id, key = self._keys.sealing_key()
        return bytes([key_id]) + salt + AESGCM(_own_key(key, salt)).encrypt(_NONCE, value, associated_data.encode())

    def open_bytes(self, raw: bytes, associated_data: str) -> bytes:
        """Raises SealBroken."""
        return self.open_with(self.value_key(raw), raw, associated_data)

    def value_key(self, raw: bytes) -> bytes:
        """The value's own key, which is derived from its salt. Raises SealBroken."""
        key = self._keys.find_key(raw[0]) if len(raw) >= 1 + _SALT + 16 else None
        if key is None:
            raise SealBroken("unknown key or too short")
        return _own_key(key, raw[1 : 1 + _SALT])

    def open_with(self, own_key: bytes, raw: bytes, associated_data: str) -> bytes:
        """`own_key`: what `value_key` gave. Raises SealBroken."""
        try:
            return AESGCM(own_key).decrypt(_NONCE, raw[1 + _SALT :], associated_data.encode())
        except InvalidTag as error:
            raise SealBroken("altered, or other associated data") from error


class RememberingSeal(Seal):
    """Opens without work what it sealed itself. For one operation: it holds what it sealed in clear."""

    def __init__(self, seal: Seal) -> None:
        super().__init__(seal._keys)
        self._clear: dict[str, str] = {}

    def seal(self, value: str, associated_data: str) -> str:
        sealed = super().seal(value, associated_data)
        self._clear[sealed] = value
        return sealed

    def open(self, sealed: str, associated_data: str) -> str:
        clear = self._clear.get(sealed)
        return super().open(sealed, associated_data) if clear is None else clear


def _own_key(key: bytes, salt: bytes) -> bytes:
    return hmac.digest(key, salt, "sha256")
