"""Each resource as JSON. Plain functions, because they are fast: a page of 100 takes a millisecond."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from callbacks.form import RESOURCE_PATH, RESOURCE_TYPE
from common import dates
from common.model import Service
from pool.model import PhoneNumber
from sessions.model import Interaction, Participant, Session

# An Interaction's `type` is as in Twilio's OpenAPI file (message, voice), not as on its webhook page (`Voice`).

#: Fields of a Service that have the same name and value in JSON.
UNCHANGED = (
    "cooling_seconds", "cooling_policy", "language", "expiring_seconds", "on_intercept_failure",
    "whisper", "end_calls", "opt_out_scope", "opt_out_words", "content_phone", "content_card", "content_email",
    "content_profanity", "allowed_countries", "allowed_prefixes", "delivery", "content_retention", "address_retention",
    "redact_after", "quiet_hours", "quiet_hours_for", "quiet_hours_expiry", "delete_media",
    "stranger_answers", "stranger_questions",
)  # fmt: skip
CAPABILITIES = ("fax", "mms", "sms", "voice")


def date(ms: int | None) -> str | None:
    if ms is None:
        return None
    return dates.date(ms)


def service(resource: Service, base: str, name: str, urls: Mapping[str, str | None]) -> dict[str, Any]:
    """`name`: the unique name, opened. `urls`: the four URLs of the app, by field, opened."""
    url = f"{base}/Services/{resource.sid}"
    return {
        "sid": resource.sid,
        "unique_name": name,
        # No longer in Proxy, but twilio-python 6.8.0 to 6.9.0 cannot read a Service without it.
        "friendly_name": name,
        "account_sid": resource.account_sid,
        "chat_instance_sid": resource.chat_instance_sid,
        "callback_url": urls["callback_url"],
        "default_ttl": resource.default_ttl,
        "number_selection_behavior": resource.number_selection_behavior,
        "geo_match_level": resource.geo_match_level,
        "intercept_callback_url": urls["intercept_callback_url"],
        "out_of_session_callback_url": urls["out_of_session_callback_url"],
        "events_url": urls["events_url"],
        **{field: getattr(resource, field) for field in UNCHANGED},
        "intercept_timeout": resource.intercept_timeout_ms / 1000,
        "ring_timeout": resource.ring_seconds,
        "call_time_limit": resource.call_seconds,
        "date_created": date(resource.created_ms),
        "date_updated": date(resource.updated_ms),
        "url": url,
        "links": {
            "sessions": f"{url}/Sessions",
            "phone_numbers": f"{url}/PhoneNumbers",
            "notices": f"{url}/Notices",
            "content_lists": f"{url}/ContentLists",
        },
    }


def phone_number(resource: PhoneNumber, base: str) -> dict[str, Any]:
    return {
        "sid": resource.sid,
        "account_sid": resource.account_sid,
        "service_sid": resource.service_sid,
        "date_created": date(resource.created_ms),
        "date_updated": date(resource.updated_ms),
        "phone_number": resource.phone_number,
        "friendly_name": resource.friendly_name,
        "iso_country": resource.iso_country,
        "capabilities": {name: bool(resource.capabilities.get(name)) for name in CAPABILITIES},
        "url": f"{base}/Services/{resource.service_sid}/PhoneNumbers/{resource.sid}",
        "is_reserved": resource.is_reserved,
        "in_use": resource.in_use,
        "state": resource.state,
        "drift": list(resource.drift),
    }


def session(resource: Session, base: str) -> dict[str, Any]:
    url = f"{base}/Services/{resource.service_sid}/Sessions/{resource.sid}"
    return {
        "sid": resource.sid,
        "service_sid": resource.service_sid,
        "account_sid": resource.account_sid,
        "date_started": date(resource.started_ms),
        "date_ended": date(resource.ended_ms),
        "date_last_interaction": date(resource.last_interaction_ms),
        "date_expiry": date(resource.expiry_ms),
        "unique_name": resource.unique_name,
        "status": resource.status,
        "closed_reason": resource.closed_reason,
        "ttl": resource.ttl,
        "mode": resource.mode,
        "date_created": date(resource.created_ms),
        "date_updated": date(resource.updated_ms),
        "url": url,
        "links": {
            "interactions": f"{url}/Interactions",
            "participants": f"{url}/Participants",
        },
    }


def participant(resource: Participant, base: str) -> dict[str, Any]:
    url = f"{base}/Services/{resource.service_sid}/Sessions/{resource.session_sid}/Participants/{resource.sid}"
    return {
        "sid": resource.sid,
        "session_sid": resource.session_sid,
        "service_sid": resource.service_sid,
        "account_sid": resource.account_sid,
        "friendly_name": resource.friendly_name,
        # No longer in Proxy, but twilio-python 6.8.0 to 6.8.3 cannot read a Participant without it.
        "participant_type": None,
        "identifier": resource.identifier,
        "proxy_identifier": resource.proxy_identifier,
        "proxy_identifier_sid": resource.proxy_identifier_sid,
        "language": resource.language,
        "time_zone": resource.time_zone,
        "date_deleted": date(resource.deleted_ms),
        "date_created": date(resource.created_ms),
        "date_updated": date(resource.updated_ms),
        "url": url,
        "links": {"message_interactions": f"{url}/MessageInteractions"},
    }


def interaction(resource: Interaction, base: str, carrier: str) -> dict[str, Any]:
    """`carrier`: the base URL of Messages and Calls of the account at the carrier."""
    return {
        "sid": resource.sid,
        "session_sid": resource.session_sid,
        "service_sid": resource.service_sid,
        "account_sid": resource.account_sid,
        "data": json.dumps(resource.data, separators=(",", ":")),
        "type": resource.type,
        **_leg("inbound", resource, carrier),
        **_leg("outbound", resource, carrier),
        "outbound_resource_state": resource.outbound_resource_state,
        "error_code": resource.error_code,
        "blocked_by": resource.blocked_by,
        "unchecked": list(resource.unchecked),
        "segments": resource.segments,
        "encoding": resource.encoding,
        "content_flags": list(resource.flags),
        "date_created": date(resource.created_ms),
        "date_updated": date(resource.updated_ms),
        "url": f"{base}/Services/{resource.service_sid}/Sessions/{resource.session_sid}/Interactions/{resource.sid}",
    }


def message_interaction(resource: Interaction, base: str, carrier: str) -> dict[str, Any]:
    """The same, with the URL under the Participant that receives the message."""
    session_url = f"{base}/Services/{resource.service_sid}/Sessions/{resource.session_sid}"
    return {
        **interaction(resource, base, carrier),
        "participant_sid": resource.outbound_participant_sid,
        "url": f"{session_url}/Participants/{resource.outbound_participant_sid}/MessageInteractions/{resource.sid}",
    }


def _leg(side: str, resource: Interaction, carrier: str) -> dict[str, Any]:
    participant_sid = getattr(resource, f"{side}_participant_sid")
    resource_sid = getattr(resource, f"{side}_resource_sid")
    path = RESOURCE_PATH.get(resource.type)
    return {
        f"{side}_participant_sid": participant_sid,
        f"{side}_resource_sid": resource_sid,
        f"{side}_resource_status": getattr(resource, f"{side}_resource_status"),
        f"{side}_resource_type": RESOURCE_TYPE.get(resource.type) if participant_sid else None,
        f"{side}_resource_url": f"{carrier}/{path}/{resource_sid}.json" if resource_sid and path else None,
        f"{side}_redaction": getattr(resource, f"{side}_redaction"),
        f"{side}_redaction_code": getattr(resource, f"{side}_redaction_code"),
    }
