"""What comes of a post: an answer, or the kind of reason why there is none."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from common.errors import RelayError


class Kind(StrEnum):
    """After TIMEOUT, BROKEN and TOO_BIG the receiver may have had the request; after the others it has not."""

    REFUSED_URL = "refused_url"
    UNRESOLVABLE = "unresolvable"
    PRIVATE_ADDRESS = "private_address"
    CONNECT = "connect"
    TLS = "tls"
    TIMEOUT = "timeout"
    BROKEN = "broken"
    TOO_BIG = "too_big"
    BUSY = "busy"


class OutsideError(RelayError):
    """Its text is the kind alone: a URL may hold a secret, a certificate's complaint a name.

    `sent`: the whole request went out; only the answer failed.
    """

    def __init__(self, kind: Kind) -> None:
        super().__init__(kind.value)
        self.kind = kind
        self.sent = False


@dataclass(frozen=True, slots=True, repr=False)
class Answer:
    """Any status, 3xx too. Without a body: `body` was not asked for, or came in an encoding, which nobody undoes.

    `location`: where a redirect leads, as it stands there; nobody follows it by himself.
    """

    status: int
    content_type: str
    body: bytes
    location: str = ""
