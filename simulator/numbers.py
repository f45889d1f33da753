"""A number's settings: the form field that changes each one, and the defaults of a new number."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from simulator import catalogue, sids
from simulator.errors import refusal
from simulator.model import Number

URLS = {
    "SmsUrl": "sms_url",
    "SmsFallbackUrl": "sms_fallback_url",
    "VoiceUrl": "voice_url",
    "VoiceFallbackUrl": "voice_fallback_url",
    "StatusCallback": "status_callback",
}
METHODS = {
    "SmsMethod": "sms_method",
    "SmsFallbackMethod": "sms_fallback_method",
    "VoiceMethod": "voice_method",
    "VoiceFallbackMethod": "voice_fallback_method",
    "StatusCallbackMethod": "status_callback_method",
}
SIDS = {
    "SmsApplicationSid": ("sms_application_sid", "AP"),
    "VoiceApplicationSid": ("voice_application_sid", "AP"),
    "TrunkSid": ("trunk_sid", "TK"),
    "AddressSid": ("address_sid", "AD"),
    "IdentitySid": ("identity_sid", "RI"),
    "BundleSid": ("bundle_sid", "BU"),
    "EmergencyAddressSid": ("emergency_address_sid", "AD"),
}
CHOICES = {
    "VoiceReceiveMode": ("voice_receive_mode", ("voice", "fax")),
    "EmergencyStatus": ("emergency_status", ("Active", "Inactive")),
    "VoiceCallerIdLookup": ("voice_caller_id_lookup", ("true", "false")),
}
FIRST: dict[str, Any] = {
    **dict.fromkeys(URLS.values(), ""),
    **dict.fromkeys(METHODS.values(), "POST"),
    **{name: None for name, _ in SIDS.values()},
    "voice_receive_mode": "voice",
    "emergency_status": "Inactive",
    "voice_caller_id_lookup": False,
}


def make(account_sid: str, phone: str, seq: int, sid: str, capabilities: dict[str, bool] | None = None) -> Number:
    block = catalogue.block_of(phone)
    able = capabilities or (block.capabilities if block else catalogue.SMS_AND_MMS)
    settings = {**FIRST, "friendly_name": phone}
    return Number(sid, account_sid, phone, block.kind if block else "local", dict(able), settings, seq)


def changes(form: Mapping[str, str]) -> dict[str, Any]:
    """The settings that a form changes. Every field is checked before any is changed."""
    found: dict[str, Any] = {}
    for name, value in form.items():
        found.update(_change(name, value))
    # A number has a trunk or a voice application: setting one removes the other.
    if found.get("trunk_sid"):
        found["voice_application_sid"] = None
    elif found.get("voice_application_sid"):
        found["trunk_sid"] = None
    return found


def _change(name: str, value: str) -> dict[str, Any]:
    if name in URLS:
        return {URLS[name]: check_url(value, name) if value else ""}
    if name in METHODS:
        return {METHODS[name]: check_method(value, name)}
    if name in SIDS:
        return {SIDS[name][0]: _sid(value, SIDS[name][1], name)}
    if name in CHOICES:
        return {CHOICES[name][0]: _choice(value, name)}
    return {"friendly_name": _friendly_name(value)} if name == "FriendlyName" else {}


def check_url(value: str, name: str) -> str:
    try:
        parts = urlsplit(value)
    except ValueError:
        raise refusal(21402, name) from None
    if parts.scheme not in ("http", "https") or not parts.netloc:
        raise refusal(21402, name)
    return value


def check_method(value: str, name: str) -> str:
    if value.upper() not in ("GET", "POST"):
        raise refusal(21403, name)
    return value.upper()


def _sid(value: str, prefix: str, name: str) -> str | None:
    if value and not sids.fits(prefix, value):
        raise refusal(20001, f"{name} must be {prefix} and 32 hex digits")
    return value or None


def _choice(value: str, name: str) -> Any:
    allowed = CHOICES[name][1]
    if value not in allowed:
        raise refusal(20001, f"{name} must be {' or '.join(allowed)}")
    return value == "true" if name == "VoiceCallerIdLookup" else value


def _friendly_name(value: str) -> str:
    if len(value) > 64:
        raise refusal(20001, "FriendlyName must be at most 64 characters")
    return value
