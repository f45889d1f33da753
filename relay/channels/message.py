"""Text messages: the TwiML that relays a text or sends a notice."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from carrier import twiml
from carrier.inbound import Attached
from carrier.text_parts import parts
from media.cleaning.kinds import is_layout


@dataclass(frozen=True, slots=True, repr=False)
class Relay:
    """Relays to `recipient` from `caller_id`, the proxy number that they know."""

    recipient: str
    caller_id: str
    status_url: str


def with_content(files: Iterable[Attached]) -> tuple[Attached, ...]:
    """Without MMS layout parts (SMIL): phones add them, people do not."""
    return tuple(file for file in files if not is_layout(file.type))


def relay(body: str, to: Relay) -> str:
    """The TwiML that relays the text, in several parts if it is long.

    Only the last Message has an action: the carrier ignores every verb after one with an action.
    """
    texts = parts(body)
    status = {"action": to.status_url, "method": "POST", "statusCallback": to.status_url}
    messages = [_part(text, to, {}) for text in texts[:-1]] + [_part(text, to, status) for text in texts[-1:]]
    return twiml.response(*messages)


def _part(text: str, to: Relay, status: dict[str, str]) -> str:
    return twiml.element("Message", {"to": to.recipient, "from": to.caller_id, **status}, text)


def notice(to: str, caller_id: str, text: str) -> str:
    return twiml.element("Message", {"to": to, "from": caller_id}, text)
