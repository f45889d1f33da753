"""What a restricted API key may do.

Facts (Twilio, "Restricted API keys", "Key resource v1"): `{"allow": ["/twilio/<product>/<resource>/<action>"]}`, at
most 100; `read` is one resource, `list` the collection; what is missing is 70051 (401), an unknown one 70002 (400).
"""

from __future__ import annotations

import json
import re
from typing import Any

from simulator.errors import refusal

ACTIONS = ("read", "list", "create", "update", "delete", "*")
#: The resource that a path ends in: the permission's product and name.
RESOURCES = {
    "Messages": "messaging/messages",
    "Messages/Media": "messaging/messages.media",
    "Calls": "voice/calls",
    "Calls/Recordings": "voice/calls.recordings",
    "Recordings": "voice/recordings",
    "IncomingPhoneNumbers": "phone-numbers/incoming-phone-numbers",
    "AvailablePhoneNumbers": "phone-numbers/available-phone-numbers",
}
OF_ONE = {"GET": "read", "POST": "update", "DELETE": "delete"}
OF_ALL = {"GET": "list", "POST": "create"}
MOST = 100
SID = re.compile("[A-Z]{2}[0-9a-fA-F]{32}|Twilio.CURRENT")


def read(text: str) -> dict[str, Any]:
    """The form's Policy, looked at. Raises 20001 or 70002."""
    try:
        allowed = json.loads(text)["allow"]
    except (ValueError, TypeError, KeyError):
        raise refusal(20001, 'Policy must be JSON such as {"allow":["/twilio/messaging/messages/read"]}') from None
    if not isinstance(allowed, list) or not 0 < len(allowed) <= MOST:
        raise refusal(20001, f"Policy must allow from 1 to {MOST} permissions")
    for one in allowed:
        if not isinstance(one, str) or not _is_known(one):
            raise refusal(70002, f"assertion '{one}' is invalid")
    return {"allow": allowed}


def needed(method: str, path: str) -> str | None:
    """The permission for a path behind the account's, such as `twilio/voice/calls/read`; None if there is none."""
    parts = re.sub(r"\.(json|wav|mp3)$", "", path.strip("/")).split("/")
    names = [part for part in parts if not SID.fullmatch(part)]
    resource = RESOURCES.get(names[0] if names[:1] == ["AvailablePhoneNumbers"] else "/".join(names))
    is_one = bool(SID.fullmatch(parts[-1]))
    action = (OF_ONE if is_one else OF_ALL).get(method)
    return f"twilio/{resource}/{action}" if resource and action else None


def allows(policy: dict[str, Any], permission: str) -> bool:
    every = permission.rpartition("/")[0] + "/*"
    return any(one.strip("/") in (permission, every) for one in policy["allow"])


def _is_known(permission: str) -> bool:
    resource, _, action = permission.removeprefix("/twilio/").rpartition("/")
    return permission.startswith("/twilio/") and resource in RESOURCES.values() and action in ACTIONS
