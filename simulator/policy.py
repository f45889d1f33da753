"""The permissions of a restricted API key.

From Twilio ("Restricted API keys", "Key resource v1"): `{"allow": ["/twilio/<product>/<resource>/<action>"]}`, at most
100; `read` is one resource, `list` is the collection; a missing permission is 70051 (401), an unknown one 70002 (400).
"""

from __future__ import annotations

import json
import re
from typing import Any

from simulator.errors import refusal

ACTIONS = ("read", "list", "create", "update", "delete", "*")
#: Collection names in a path -> product and resource of the permission.
RESOURCES = {
    "Messages": "messaging/messages",
    "Messages/Media": "messaging/messages.media",
    "Calls": "voice/calls",
    "Calls/Recordings": "voice/calls.recordings",
    "Recordings": "voice/recordings",
    "IncomingPhoneNumbers": "phone-numbers/incoming-phone-numbers",
    "AvailablePhoneNumbers": "phone-numbers/available-phone-numbers",
}
RESOURCE_ACTIONS = {"GET": "read", "POST": "update", "DELETE": "delete"}
COLLECTION_ACTIONS = {"GET": "list", "POST": "create"}
MAX_PERMISSIONS = 100
SID = re.compile("[A-Z]{2}[0-9a-fA-F]{32}|Twilio.CURRENT")


def read(text: str) -> dict[str, Any]:
    """Parse and check the form's Policy. Raises 20001 or 70002."""
    try:
        allowed = json.loads(text)["allow"]
    except (ValueError, TypeError, KeyError):
        raise refusal(20001, 'Policy must be JSON such as {"allow":["/twilio/messaging/messages/read"]}') from None
    if not isinstance(allowed, list) or not 0 < len(allowed) <= MAX_PERMISSIONS:
        raise refusal(20001, f"Policy must allow from 1 to {MAX_PERMISSIONS} permissions")
    for permission in allowed:
        if not isinstance(permission, str) or not _is_known(permission):
            raise refusal(70002, f"assertion '{permission}' is invalid")
    return {"allow": allowed}


def required_permission(method: str, path: str) -> str | None:
    """The permission for a path after the account's, such as `twilio/voice/calls/read`; None if there is none."""
    parts = re.sub(r"\.(json|wav|mp3)$", "", path.strip("/")).split("/")
    names = [part for part in parts if not SID.fullmatch(part)]
    resource = RESOURCES.get(names[0] if names[:1] == ["AvailablePhoneNumbers"] else "/".join(names))
    is_one = bool(SID.fullmatch(parts[-1]))
    action = (RESOURCE_ACTIONS if is_one else COLLECTION_ACTIONS).get(method)
    return f"twilio/{resource}/{action}" if resource and action else None


def allows(policy: dict[str, Any], permission: str) -> bool:
    every = permission.rpartition("/")[0] + "/*"
    return any(allowed.strip("/") in (permission, every) for allowed in policy["allow"])


def _is_known(permission: str) -> bool:
    resource, _, action = permission.removeprefix("/twilio/").rpartition("/")
    return permission.startswith("/twilio/") and resource in RESOURCES.values() and action in ACTIONS
