"""What the carrier tells of an inbound message or call."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple


class Attached(NamedTuple):
    """A file of a message: its SID at the carrier, None if it lies elsewhere, and the type that it claims."""

    sid: str | None
    type: str


@dataclass(frozen=True, slots=True, repr=False)
class InboundMessage:
    """`sender` and `called` as the carrier wrote them.

    `form` gives the carrier's fields that the customer's app may see.
    """

    sid: str
    sender: str
    called: str
    body: str
    media: tuple[Attached, ...] = ()
    form: Callable[[], Mapping[str, str]] = dict


@dataclass(frozen=True, slots=True, repr=False)
class Inbound:
    """`kind`: message | voice. `sid`: the carrier's. `stage` tells the requests of one call apart.

    `refusal`: what is wrong with the inbound itself. `late_at_ms`: when the carrier
    got it, if nobody waits for an answer any more: it goes by the outbox.
    `judged`: what the content policy says of it.
    `media`: its files, which are fetched before it goes out: by the outbox.
    `form` gives the carrier's fields that the customer's app may see; they are never kept.
    """

    kind: str
    sid: str
    sender: str
    called: str
    stage: str = ""
    body: str | None = None
    refusal: str | None = None
    form: Callable[[], Mapping[str, str]] = dict
    late_at_ms: int | None = None
    judged: Mapping[str, Any] = field(default_factory=dict)
    media: Sequence[Attached] = ()
