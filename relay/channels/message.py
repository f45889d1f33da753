"""Text messages: the TwiML that relays one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from carrier import twiml
from carrier.inbound import Attached
from carrier.text_parts import parts
from media.cleaning.kinds import is_layout


@dataclass(frozen=True, slots=True, repr=False)
class Forward:
    """Relay to `recipient` from `caller_id`, that participant's own proxy number."""

    recipient: str
    caller_id: str
    status_url: str


def with_content(files: Iterable[Attached]) -> tuple[Attached, ...]:
    """Without the parts that only lay out the others: nobody sent these, so nobody misses them."""
    return tuple(file for file in files if not is_layout(file.type))


def forward(body: str, way: Forward) -> str:
    """The answer that relays the text.

    Only the last Message has an action: the carrier never reaches what stands behind one.
    """
    texts = parts(body)
    watched = {"action": way.status_url, "method": "POST", "statusCallback": way.status_url}
    relayed = [_part(text, way, {}) for text in texts[:-1]] + [_part(text, way, watched) for text in texts[-1:]]
    return twiml.response(*relayed)


def _part(text: str, way: Forward, watched: dict[str, str]) -> str:
    return twiml.element("Message", {"to": way.recipient, "from": way.caller_id, **watched}, text)


def told(to: str, caller_id: str, text: str) -> str:
    return twiml.element("Message", {"to": to, "from": caller_id}, text)
