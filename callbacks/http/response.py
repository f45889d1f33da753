"""What a request ends with: a response, or the kind of failure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from common.errors import RelayError


class FailureKind(StrEnum):
    """After TIMEOUT, BROKEN and TOO_BIG the receiver may have the request; after the others it does not."""

    REFUSED_URL = "refused_url"
    UNRESOLVABLE = "unresolvable"
    PRIVATE_ADDRESS = "private_address"
    CONNECT = "connect"
    TLS = "tls"
    TIMEOUT = "timeout"
    BROKEN = "broken"
    TOO_BIG = "too_big"
    BUSY = "busy"


class RequestFailed(RelayError):
    """Its text is only the kind: a URL may hold a secret, and the error of a certificate a name.

    `sent`: the whole request was sent; only the response failed.
    """

    def __init__(self, kind: FailureKind) -> None:
        super().__init__(kind.value)
        self.kind = kind
        self.sent = False


@dataclass(frozen=True, slots=True, repr=False)
class Response:
    """Any status, also 3xx. `body` is empty if it was not asked for, or if it was encoded, since nothing is decoded.

    `location`: the header of a redirect, as it came. The client itself does not follow it.
    """

    status: int
    content_type: str
    body: bytes
    location: str = ""
