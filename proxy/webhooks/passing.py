"""The carrier's fields that a customer's app may see of an inbound that leads nowhere.

The name of a caller, which AddOns may hold too, and where a call was forwarded from, stop here: nobody's business.
"""

from __future__ import annotations

import re

from proxy.webhooks.verify import Form

_PLACES = ("City", "State", "Zip", "Country")
_COMMON = {"AccountSid", "ApiVersion", "From", "To"} | {
    f"{side}{place}" for side in ("From", "To") for place in _PLACES
}
PASSED = {
    "message": _COMMON
    | {"Body", "MessageSid", "SmsSid", "SmsMessageSid", "SmsStatus", "NumMedia", "NumSegments", "MessagingServiceSid"},
    "voice": _COMMON
    | {"CallSid", "CallStatus", "Direction", "Called", "Caller"}
    | {f"{side}{place}" for side in ("Called", "Caller") for place in _PLACES},
}
_MEDIA = re.compile("Media(Url|ContentType)[0-9]{1,2}")


def passed(kind: str, form: Form) -> dict[str, str]:
    return {
        name: values[0]
        for name, values in form.items()
        if name in PASSED[kind] or (kind == "message" and _MEDIA.fullmatch(name))
    }
