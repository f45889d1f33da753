"""What goes out: each resource as the wire spells it. Plain functions: a page of 100 costs a millisecond."""

from __future__ import annotations

import json
from typing import Any

from callbacks.form import RESOURCE_PATH, RESOURCE_TYPE
from common import dates
from common.model import Service
from pool.model import PhoneNumber
from sessions.model import Interaction, Participant, Session

# An Interaction's `type` goes out as the OpenAPI enum has it (message, voice), not as the webhook page has (`Voice`).

#: Fields of a Service that go out as they stand.
AS_THEY_ARE = (
    "cooling_seconds", "cooling_policy", "language", "events_url", "expiring_seconds", "on_intercept_failure",
    "whisper", "end_calls", "opt_out_scope", "opt_out_words", "content_phone", "content_card", "content_email",
    "content_profanity", "allowed_countries", "allowed_prefixes", "delivery", "content_retention", "address_retention",
    "redact_after", "quiet_hours", "quiet_hours_for", "quiet_hours_expiry", "delete_media",
)  # fmt: skip
CAPABILITIES = ("fax", "mms", "sms", "voice")


def date(ms: int | None) -> str | None:
    if ms is None:
        return None
    return dates.date(ms)


def service(found: Service, base: str) -> dict[str, Any]:
    url = f"{base}/Services/{found.sid}"
    return {
        "sid": found.sid,
        "unique_name": found.unique_name,
        # Gone from Proxy, but twilio-python 6.8.0 to 6.9.0 cannot read a Service without it.
        "friendly_name": found.unique_name,
        "account_sid": found.account_sid,
        "chat_instance_sid": found.chat_instance_sid,
        "callback_url": found.callback_url,
        "default_ttl": found.default_ttl,
        "number_selection_behavior": found.number_selection_behavior,
        "geo_match_level": found.geo_match_level,
        "intercept_callback_url": found.intercept_callback_url,
        "out_of_session_callback_url": found.out_of_session_callback_url,
        **{name: getattr(found, name) for name in AS_THEY_ARE},
        "intercept_timeout": found.intercept_timeout_ms / 1000,
        "ring_timeout": found.ring_seconds,
        "call_time_limit": found.call_seconds,
        "date_created": date(found.created_ms),
        "date_updated": date(found.updated_ms),
        "url": url,
        "links": {
            "sessions": f"{url}/Sessions",
            "phone_numbers": f"{url}/PhoneNumbers",
            "notices": f"{url}/Notices",
            "content_lists": f"{url}/ContentLists",
        },
    }


def phone_number(found: PhoneNumber, base: str) -> dict[str, Any]:
    return {
        "sid": found.sid,
        "account_sid": found.account_sid,
        "service_sid": found.service_sid,
        "date_created": date(found.created_ms),
        "date_updated": date(found.updated_ms),
        "phone_number": found.phone_number,
        "friendly_name": found.friendly_name,
        "iso_country": found.iso_country,
        "capabilities": {name: bool(found.capabilities.get(name)) for name in CAPABILITIES},
        "url": f"{base}/Services/{found.service_sid}/PhoneNumbers/{found.sid}",
        "is_reserved": found.is_reserved,
        "in_use": found.in_use,
        "state": found.state,
        "drift": list(found.drift),
    }


def session(found: Session, base: str) -> dict[str, Any]:
    url = f"{base}/Services/{found.service_sid}/Sessions/{found.sid}"
    return {
        "sid": found.sid,
        "service_sid": found.service_sid,
        "account_sid": found.account_sid,
        "date_started": date(found.started_ms),
        "date_ended": date(found.ended_ms),
        "date_last_interaction": date(found.last_interaction_ms),
        "date_expiry": date(found.expiry_ms),
        "unique_name": found.unique_name,
        "status": found.status,
        "closed_reason": found.closed_reason,
        "ttl": found.ttl,
        "mode": found.mode,
        "date_created": date(found.created_ms),
        "date_updated": date(found.updated_ms),
        "url": url,
        "links": {
            "interactions": f"{url}/Interactions",
            "participants": f"{url}/Participants",
        },
    }


def participant(found: Participant, base: str) -> dict[str, Any]:
    url = f"{base}/Services/{found.service_sid}/Sessions/{found.session_sid}/Participants/{found.sid}"
    return {
        "sid": found.sid,
        "session_sid": found.session_sid,
        "service_sid": found.service_sid,
        "account_sid": found.account_sid,
        "friendly_name": found.friendly_name,
        # Gone from Proxy, but twilio-python 6.8.0 to 6.8.3 cannot read a Participant without it.
        "participant_type": None,
        "identifier": found.identifier,
        "proxy_identifier": found.proxy_identifier,
        "proxy_identifier_sid": found.proxy_identifier_sid,
        "language": found.language,
        "time_zone": found.time_zone,
        "date_deleted": date(found.deleted_ms),
        "date_created": date(found.created_ms),
        "date_updated": date(found.updated_ms),
        "url": url,
        "links": {"message_interactions": f"{url}/MessageInteractions"},
    }


def interaction(found: Interaction, base: str, carrier: str) -> dict[str, Any]:
    """`carrier`: the carrier account's URL, under which its Messages and Calls live."""
    return {
        "sid": found.sid,
        "session_sid": found.session_sid,
        "service_sid": found.service_sid,
        "account_sid": found.account_sid,
        "data": json.dumps(found.data, separators=(",", ":")),
        "type": found.type,
        **_leg("inbound", found, carrier),
        **_leg("outbound", found, carrier),
        "outbound_resource_state": found.outbound_resource_state,
        "error_code": found.error_code,
        "blocked_by": found.blocked_by,
        "unchecked": list(found.unchecked),
        "segments": found.segments,
        "encoding": found.encoding,
        "content_flags": list(found.flags),
        "date_created": date(found.created_ms),
        "date_updated": date(found.updated_ms),
        "url": f"{base}/Services/{found.service_sid}/Sessions/{found.session_sid}/Interactions/{found.sid}",
    }


def message_interaction(found: Interaction, base: str, carrier: str) -> dict[str, Any]:
    """The same, under the Participant that it was sent to."""
    session_url = f"{base}/Services/{found.service_sid}/Sessions/{found.session_sid}"
    return {
        **interaction(found, base, carrier),
        "participant_sid": found.outbound_participant_sid,
        "url": f"{session_url}/Participants/{found.outbound_participant_sid}/MessageInteractions/{found.sid}",
    }


def _leg(side: str, found: Interaction, carrier: str) -> dict[str, Any]:
    participant_sid = getattr(found, f"{side}_participant_sid")
    resource_sid = getattr(found, f"{side}_resource_sid")
    path = RESOURCE_PATH.get(found.type)
    return {
        f"{side}_participant_sid": participant_sid,
        f"{side}_resource_sid": resource_sid,
        f"{side}_resource_status": getattr(found, f"{side}_resource_status"),
        f"{side}_resource_type": RESOURCE_TYPE.get(found.type) if participant_sid else None,
        f"{side}_resource_url": f"{carrier}/{path}/{resource_sid}.json" if resource_sid and path else None,
        f"{side}_redaction": getattr(found, f"{side}_redaction"),
        f"{side}_redaction_code": getattr(found, f"{side}_redaction_code"),
    }
