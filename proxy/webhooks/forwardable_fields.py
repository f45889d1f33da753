"""The carrier's fields that are forwarded to a customer's app when an inbound is out of session.

The caller's name, AddOns (which may contain it) and ForwardedFrom are private and not forwarded.
"""

from __future__ import annotations

import re

from proxy.webhooks.request import Fields

_PLACES = ("City", "State", "Zip", "Country")
_COMMON = {"AccountSid", "ApiVersion", "From", "To"} | {
    f"{side}{place}" for side in ("From", "To") for place in _PLACES
}
FORWARDABLE = {
    "message": _COMMON
    | {"Body", "MessageSid", "SmsSid", "SmsMessageSid", "SmsStatus", "NumMedia", "NumSegments", "MessagingServiceSid"},
    "voice": _COMMON
    | {"CallSid", "CallStatus", "Direction", "Called", "Caller"}
    | {f"{side}{place}" for side in ("Called", "Caller") for place in _PLACES},
}
_MEDIA = re.compile("Media(Url|ContentType)[0-9]{1,2}")


def forwardable_fields(channel: str, form: Fields) -> dict[str, str]:
    """`channel`: message | voice."""
    return {
        name: values[0]
        for name, values in form.items()
        if name in FORWARDABLE[channel] or (channel == "message" and _MEDIA.fullmatch(name))
    }
