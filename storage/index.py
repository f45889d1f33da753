"""The blind index: finds a person by a real identifier without storing it. It differs between Services."""

from __future__ import annotations

import hmac
from base64 import urlsafe_b64encode


class Index:
    def __init__(self, key: bytes) -> None:
        self._key = key

    def of(self, service_sid: str, scheme: str, value: str) -> str:
        """128 bits of HMAC-SHA256 over Service, scheme and the normalised value, 22 characters of base64url."""
        text = f"{service_sid}\0{scheme}\0{value}".encode()
        return urlsafe_b64encode(hmac.digest(self._key, text, "sha256")[:16]).rstrip(b"=").decode()

    def of_name(self, owner_sid: str, name: str) -> str:
        """Finds a Service by its unique name in an account, or a Session in a Service; as long as `of`."""
        text = f"name\0{owner_sid}\0{name}".encode("utf-8", "surrogatepass")
        return urlsafe_b64encode(hmac.digest(self._key, text, "sha256")[:16]).rstrip(b"=").decode()

    def of_message(self, service_sid: str, key: str) -> str:
        """128 bits for the SID of what becomes of the carrier's message `key`, 32 hexadecimal digits."""
        text = f"{service_sid}\0message\0{key}".encode()
        return hmac.digest(self._key, text, "sha256")[:16].hex()

    def proof(self, *parts: str) -> str:
        """A token for our own URLs that nobody can guess, valid for these `parts` only."""
        text = "\0".join(("proof", *parts)).encode()
        return urlsafe_b64encode(hmac.digest(self._key, text, "sha256")[:18]).decode()

    def of_client(self, block: str) -> str:
        """Recognises a client's address again without storing it; 16 characters of base64url."""
        return urlsafe_b64encode(hmac.digest(self._key, f"client\0{block}".encode(), "sha256")[:12]).decode()

    def of_secret(self, sid: str, secret: str) -> str:
        """The hash stored for an API key's secret. The secret is random, so a keyed hash is enough."""
        return hmac.digest(self._key, f"secret\0{sid}\0{secret}".encode(), "sha256").hex()
