"""What the customer's app is told of an Interaction: the fields of Proxy's callbacks (Proxy guide, "webhooks").

Never a number, never a name: who they are the app asks the API.
"""

from __future__ import annotations

import json
from typing import Any

from common.dates import date
from common.model import Account, Service
from common.runtime import Runtime
from sessions.codec import Codec
from sessions.model import Interaction

#: How Proxy names things, where Twilio's pages disagree: lower case, as on the webhook page and as real programs
#: compare them (`=== "call"`), not as the REST example's `Message`.
RESOURCE_TYPE = {"message": "message", "voice": "call"}
RESOURCE_PATH = {"message": "Messages", "voice": "Calls"}


def resource_base(rt: Runtime, account: Account) -> str:
    """The carrier account's URL, under which its Messages and Calls live."""
    return f"{rt.settings.twilio_api_url or 'https://api.twilio.com'}/2010-04-01/Accounts/{account.carrier_sid}"


def interaction_form(rt: Runtime, service: Service, account: Account, doc: dict[str, Any]) -> dict[str, str]:
    """13 fields while it is being decided, then 18, and two more of what was stopped.

    `account`: the Service's. `doc` as events carry it.
    """
    found = Codec(rt.seal, service.sid, service.account_sid).interaction(doc)
    base = resource_base(rt, account)
    decided = found.outbound_participant_sid or found.blocked_by
    outbound = _leg("outbound", found, base) if decided else {}
    return {
        "interactionSid": found.sid,
        "interactionSessionSid": found.session_sid,
        "interactionServiceSid": found.service_sid,
        "interactionAccountSid": found.account_sid,
        "interactionType": found.type.capitalize(),
        "interactionData": json.dumps(found.data, ensure_ascii=False, separators=(",", ":")),
        "interactionDateCreated": date(found.created_ms),
        "interactionDateUpdated": date(found.updated_ms),
        **_leg("inbound", found, base),
        **outbound,
        **_stopped(found),
    }


def _stopped(found: Interaction) -> dict[str, str]:
    """Two fields of ours, of what was not passed on."""
    if not found.blocked_by:
        return {}
    return {"interactionBlockedBy": found.blocked_by, "interactionErrorCode": str(found.error_code or "")}


def _leg(side: str, found: Interaction, base: str) -> dict[str, str]:
    """A leg's resource is unknown until the carrier names it; the fields are always there."""
    resource = getattr(found, f"{side}_resource_sid")
    return {
        f"{side}ParticipantSid": getattr(found, f"{side}_participant_sid") or "",
        f"{side}ResourceSid": resource or "",
        f"{side}ResourceStatus": getattr(found, f"{side}_resource_status") or "",
        f"{side}ResourceType": RESOURCE_TYPE[found.type] if getattr(found, f"{side}_participant_sid") else "",
        f"{side}ResourceUrl": f"{base}/{RESOURCE_PATH[found.type]}/{resource}.json" if resource else "",
    }
