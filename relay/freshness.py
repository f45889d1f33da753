"""Asks the carrier whether a request is new, if neither its URL nor a stored answer shows that.

A URL with a token ends by itself (carrier/webhook_urls.py). Twilio's own path has no token, so there a signed request
could be sent again at any time: it is compared with the carrier's record of the message or call.
"""

from __future__ import annotations

import logging
from typing import Any

from carrier.inbound import Inbound
from common.errors import CarrierError, Unavailable
from common.runtime import Runtime
from services.accounts import carrier_of
from services.snapshot import ServiceSnapshot

log = logging.getLogger("maskline.webhooks")

#: By how much the carrier's clock and the store's may differ.
CLOCK_SECONDS = 60


class WebhookRejected(Exception):
    """`reason`: url-ended (its URL is too old) | other-number (not of this Service) | not-new (sent again later)."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def arguments(inbound: Inbound) -> dict[str, Any]:
    """For accept.lua."""
    if inbound.without_token:
        return {"without_token": True}
    return {} if inbound.url_since_ms is None else {"url_since": inbound.url_since_ms}


def is_new(rt: Runtime, snapshot: ServiceSnapshot, inbound: Inbound, needed: bool) -> bool:
    """Whether the call is still going on, or the message arrived within the replay window.

    `needed`: raises Unavailable if the carrier does not tell; otherwise that means no.
    """
    try:
        return _is_new(rt, snapshot, inbound)
    except CarrierError as error:
        if error.status == 404 or not needed:
            return False
        log.warning("the carrier did not tell whether %s is new (status %d)", inbound.sid, error.status)
        raise Unavailable("the carrier does not answer") from error


def _is_new(rt: Runtime, snapshot: ServiceSnapshot, inbound: Inbound) -> bool:
    carrier = carrier_of(rt, snapshot.service.account_sid)
    if inbound.kind == "voice":
        return carrier.is_call_going_on(inbound.sid)
    # An answer is kept for one window at least.
    oldest_ms = rt.now_ms() - 1000 * (rt.settings.replay_window_seconds - CLOCK_SECONDS)
    return carrier.message_received_ms(inbound.sid) > oldest_ms
