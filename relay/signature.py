"""The carrier's signature on a webhook: one HMAC instead of the SDK validator's two to four.

Fact (Twilio, "Webhooks security"): HMAC-SHA1 under the auth token over the URL as the carrier has it and each sorted
name with its sorted distinct values. The signature has no delimiters, so it is necessary and never enough: see parse.
"""

from __future__ import annotations

import hmac
from base64 import b64encode
from collections.abc import Iterable
from urllib.parse import urlsplit

DEFAULT_PORTS = {"https": 443, "http": 80}


def sign(token: str, url: str, fields: Iterable[tuple[str, list[str]]]) -> str:
    text = url + "".join(name + value for name, values in sorted(fields) for value in sorted(set(values)))
    return b64encode(hmac.digest(token.encode(), text.encode("utf-8", "surrogatepass"), "sha1")).decode()


def spellings(url: str) -> list[str]:
    """The carrier signs a URL with its port or without, not always the same way: its SDK's validator takes both."""
    parts = urlsplit(url)
    if parts.port is not None:
        return [url, parts._replace(netloc=parts.netloc.rpartition(":")[0]).geturl()]
    default = DEFAULT_PORTS.get(parts.scheme)
    return [url, parts._replace(netloc=f"{parts.netloc}:{default}").geturl()] if default else [url]


def is_genuine(tokens: Iterable[str], url: str, fields: list[tuple[str, list[str]]], given: str | None) -> bool:
    """Whether `given` is the signature of these fields at this URL under one of the tokens. Never raises."""
    if not given or not given.isascii():
        return False
    # Stopping at the first that fits tells nothing to who has none that fits.
    return any(hmac.compare_digest(sign(token, each, fields), given) for token in tokens for each in spellings(url))
