"""Text messages: what an inbound one is, whether it can be relayed at all, and the TwiML that relays it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from relay.channels import twiml
from relay.channels.clusters import clusters
from relay.identifiers import is_e164
from relay.media.kinds import is_layout

#: The carrier refuses a body over 1,600 characters (its error 21617); parts leave room for nothing but themselves.
MOST_UNITS = 1600
PART_UNITS = 1500
#: Code points of what is kept together as one character; the longest emoji have about 15.
MOST_CLUSTER = 64


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
class Forward:
    """Relay to `recipient` from `caller_id`, that participant's own proxy number."""

    recipient: str
    caller_id: str
    status_url: str


def with_content(files: Iterable[Attached]) -> tuple[Attached, ...]:
    """Without the parts that only lay out the others: nobody sent these, so nobody misses them."""
    return tuple(file for file in files if not is_layout(file.type))


def refusal(message: InboundMessage) -> str | None:
    """Why nobody could be behind this message, or None. Such a one is never answered: an answer could loop."""
    if not is_e164(message.sender):
        return "anonymous"
    if not twiml.legal(message.body).strip() and not message.media:
        return "empty"
    return None


def forward(message: InboundMessage, way: Forward) -> str:
    """The answer that relays the text.

    Only the last Message has an action: the carrier never reaches what stands behind one.
    """
    texts = parts(message.body)
    watched = {"action": way.status_url, "method": "POST", "statusCallback": way.status_url}
    relayed = [_part(text, way, {}) for text in texts[:-1]] + [_part(text, way, watched) for text in texts[-1:]]
    return twiml.response(*relayed)


def _part(text: str, way: Forward, watched: dict[str, str]) -> str:
    return twiml.element("Message", {"to": way.recipient, "from": way.caller_id, **watched}, text)


def told(to: str, caller_id: str, text: str) -> str:
    return twiml.element("Message", {"to": to, "from": caller_id}, text)


def parts(body: str) -> list[str]:
    """What is sent of a text, in order; nothing of a blank one."""
    return split(twiml.legal(body))


def split(text: str) -> list[str]:
    """The text in parts of at most PART_UNITS UTF-16 units if the carrier would not take it whole.

    The carrier takes no blank message, so there is no blank part.
    """
    if not text.strip():
        return []
    if units(text) <= MOST_UNITS:
        return [text]
    parts, part, size = [], "", 0
    for cluster in _kept_together(text):
        if size + units(cluster) > PART_UNITS:
            parts.append(part)
            part, size = "", 0
        part, size = part + cluster, size + units(cluster)
    return [part for part in (*parts, part) if part.strip()]


def units(text: str) -> int:
    """As the carrier counts characters."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _kept_together(text: str) -> Iterator[str]:
    """Nobody sees a heap of marks as one character, and no part could hold it."""
    for cluster in clusters(text):
        for start in range(0, len(cluster), MOST_CLUSTER):
            yield cluster[start : start + MOST_CLUSTER]
