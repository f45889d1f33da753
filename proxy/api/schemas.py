"""The form of each resource. It checks only the format of each field, not whether the operation is allowed.

Unknown fields, and unknown keys of a participant, are ignored, as Twilio does.
"""

from __future__ import annotations

import json
from typing import Any

from marshmallow import ValidationError, fields

from common.model import GEO_MATCH_LEVELS, NUMBER_SELECTION_BEHAVIORS
from common.values import Form, Kind, Value, one_of, optional
from proxy.api import unknown_fields, values
from sessions.model import MODES, STATUSES

DAY = 86_400


def extension(kind: Kind, name: str) -> Value:
    """A field that Proxy does not have. Empty text sets its default."""
    return Value(optional(kind), name)


CONTENT = one_of("off", "flag", "mask", "block")


class ServiceForm(Form):
    unique_name = Value(values.name, "UniqueName")
    default_ttl = Value(values.whole, "DefaultTtl")
    callback_url = Value(values.url, "CallbackUrl")
    intercept_callback_url = Value(values.url, "InterceptCallbackUrl")
    out_of_session_callback_url = Value(values.url, "OutOfSessionCallbackUrl")
    geo_match_level = Value(one_of(*GEO_MATCH_LEVELS), "GeoMatchLevel")
    number_selection_behavior = Value(one_of(*NUMBER_SELECTION_BEHAVIORS), "NumberSelectionBehavior")
    chat_instance_sid = Value(values.sid("IS"), "ChatInstanceSid")
    cooling_seconds = extension(values.whole, "CoolingSeconds")
    cooling_policy = extension(one_of("soft", "strict"), "CoolingPolicy")
    language = extension(values.language, "Language")
    events_url = extension(values.url, "EventsUrl")
    expiring_seconds = extension(values.within(0, 30 * DAY), "ExpiringSeconds")
    on_intercept_failure = extension(one_of("continue", "block"), "OnInterceptFailure")
    intercept_timeout_ms = extension(values.seconds_as_ms(0.5, 12), "InterceptTimeout")
    whisper = extension(values.boolean, "Whisper")
    end_calls = extension(values.boolean, "EndCalls")
    ring_seconds = extension(values.within(5, 120), "RingTimeout")
    call_seconds = extension(values.within(60, 14_400), "CallTimeLimit")
    opt_out_scope = extension(one_of("pair", "service"), "OptOutScope")
    opt_out_words = extension(values.words, "OptOutWords")
    content_phone = extension(CONTENT, "ContentPhone")
    content_card = extension(CONTENT, "ContentCard")
    content_email = extension(CONTENT, "ContentEmail")
    content_profanity = extension(CONTENT, "ContentProfanity")
    allowed_countries = extension(values.countries, "AllowedCountries")
    allowed_prefixes = extension(values.prefixes, "AllowedPrefixes")
    delivery = extension(one_of("auto", "send"), "Delivery")
    content_retention = extension(one_of("retain", "discard"), "ContentRetention")
    address_retention = extension(one_of("retain", "obfuscate"), "AddressRetention")
    redact_after = extension(values.within(0, 400 * DAY), "RedactAfter")
    quiet_hours = extension(values.quiet_hours, "QuietHours")
    quiet_hours_for = extension(one_of("own", "all"), "QuietHoursFor")
    quiet_hours_expiry = extension(values.within(0, 7 * DAY), "QuietHoursExpiry")
    delete_media = extension(values.boolean, "DeleteMedia")
    stranger_answers = extension(values.within(0, 1_000_000), "StrangerAnswers")
    stranger_questions = extension(values.within(0, 1_000_000), "StrangerQuestions")


class NewPhoneNumberForm(Form):
    sid = Value(values.sid("PN"), "Sid")
    phone_number = Value(values.phone, "PhoneNumber")
    is_reserved = Value(values.boolean, "IsReserved")


class PhoneNumberForm(Form):
    is_reserved = Value(values.boolean, "IsReserved")


class ParticipantForm(Form):
    identifier = Value(values.identifier, "Identifier", required=True)
    friendly_name = Value(values.text(255), "FriendlyName")
    proxy_identifier = Value(values.phone, "ProxyIdentifier")
    proxy_identifier_sid = Value(values.sid("PN"), "ProxyIdentifierSid")
    language = extension(values.language, "Language")
    time_zone = extension(values.time_zone, "TimeZone")
    #: A former option of Twilio's, without effect here: a conflict is always refused.
    fail_on_participant_conflict = Value(values.boolean, "FailOnParticipantConflict")


#: json.loads would create a new decoder for each call.
_pairs_of = json.JSONDecoder(object_pairs_hook=tuple).decode


def participant_json(value: str) -> dict[str, Any]:
    try:
        pairs = _pairs_of(value)
    except (ValueError, RecursionError):
        pairs = None
    if not isinstance(pairs, tuple):
        raise ValidationError(f"must be a JSON object such as {PARTICIPANT_EXAMPLE}")
    return PARTICIPANT.read(_rename_keys(pairs))


def _rename_keys(pairs: tuple[tuple[str, Any], ...]) -> dict[str, Any]:
    """Keys in any case, with or without `_`, because the SDKs send a participant's keys as their caller wrote them."""
    unknown_fields.note([key for key, _ in pairs], PARTICIPANT_KEYS.values(), "Participants.")
    named = [(PARTICIPANT_KEYS.get(key.replace("_", "").lower()), value) for key, value in pairs]
    known = [(name, value) for name, value in named if name and value is not None]
    participant = dict(known)
    if len(participant) < len(known):
        raise ValidationError("has a key more than once: give it once")
    return participant


class SessionForm(Form):
    ttl = Value(values.whole, "Ttl")
    expiry_ms = Value(values.date, "DateExpiry")
    status = Value(one_of(*STATUSES), "Status")
    fail_on_participant_conflict = Value(values.boolean, "FailOnParticipantConflict")


class NewSessionForm(SessionForm):
    unique_name = Value(values.name, "UniqueName")
    mode = Value(one_of(*MODES), "Mode")
    participants = fields.List(Value(participant_json, "Participants"), data_key="Participants")


class MessageForm(Form):
    body = Value(values.body, "Body")
    media_url = Value(values.url, "MediaUrl")


class CallForm(Form):
    participant = Value(values.sid("KP"), "Participant", required=True)


PARTICIPANT_KEYS = {
    n.lower(): n
    for n in ("Identifier", "FriendlyName", "ProxyIdentifier", "ProxyIdentifierSid", "Language", "TimeZone")
}
PARTICIPANT_EXAMPLE = '{"Identifier": "+15551234567"}'

SERVICE = ServiceForm()
NEW_PHONE_NUMBER = NewPhoneNumberForm()
PHONE_NUMBER = PhoneNumberForm()
PARTICIPANT = ParticipantForm()
SESSION = SessionForm()
CALL = CallForm()
MESSAGE = MessageForm()
NEW_SESSION = NewSessionForm()
