"""The form of a callback about an Interaction, with the fields of Proxy's callbacks (Proxy guide, "webhooks").

It never has a number or a name: the app can read those from the API.
"""

from __future__ import annotations

import json
from typing import Any

from common.dates import date
from common.model import Account, Service
from common.runtime import Runtime
from sessions.codec import Codec
from sessions.model import Interaction

#: Twilio's pages disagree. These are in lower case, as on the webhook page and as real programs compare them
#: (`=== "call"`), not as the REST example's `Message`.
RESOURCE_TYPE = {"message": "message", "voice": "call"}
RESOURCE_PATH = {"message": "Messages", "voice": "Calls"}


def resource_base(rt: Runtime, account: Account) -> str:
    """The carrier account's URL, which the URLs of its Messages and Calls begin with."""
    return f"{rt.settings.twilio_api_url or 'https://api.twilio.com'}/2010-04-01/Accounts/{account.carrier_sid}"


def interaction_form(rt: Runtime, service: Service, account: Account, doc: dict[str, Any]) -> dict[str, str]:
    """13 fields while the Interaction is being decided, then 18, and two more if it was blocked.

    `account`: the Service's. `doc`: the Interaction as events contain it.
    """
    interaction = Codec(rt.seal, service.sid, service.account_sid).interaction(doc)
    base = resource_base(rt, account)
    decided = interaction.outbound_participant_sid or interaction.blocked_by
    outbound = _leg("outbound", interaction, base) if decided else {}
    return {
        "interactionSid": interaction.sid,
        "interactionSessionSid": interaction.session_sid,
        "interactionServiceSid": interaction.service_sid,
        "interactionAccountSid": interaction.account_sid,
        "interactionType": interaction.type.capitalize(),
        "interactionData": json.dumps(interaction.data, ensure_ascii=False, separators=(",", ":")),
        "interactionDateCreated": date(interaction.created_ms),
        "interactionDateUpdated": date(interaction.updated_ms),
        **_leg("inbound", interaction, base),
        **outbound,
        **_blocked(interaction),
    }


def _blocked(interaction: Interaction) -> dict[str, str]:
    """Two fields that Proxy does not have, for a blocked Interaction."""
    if not interaction.blocked_by:
        return {}
    return {"interactionBlockedBy": interaction.blocked_by, "interactionErrorCode": str(interaction.error_code or "")}


def _leg(side: str, interaction: Interaction, base: str) -> dict[str, str]:
    """All fields are present; those of the resource are empty until the carrier has named it."""
    participant = getattr(interaction, f"{side}_participant_sid")
    resource = getattr(interaction, f"{side}_resource_sid")
    return {
        f"{side}ParticipantSid": participant or "",
        f"{side}ResourceSid": resource or "",
        f"{side}ResourceStatus": getattr(interaction, f"{side}_resource_status") or "",
        f"{side}ResourceType": RESOURCE_TYPE[interaction.type] if participant else "",
        f"{side}ResourceUrl": f"{base}/{RESOURCE_PATH[interaction.type]}/{resource}.json" if resource else "",
    }
