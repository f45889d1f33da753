"""What bounds each key of storage/keys.py: how many there may be of it, or how many entries it may have.

A guard (tests/guards/test_bounds.py) finds a key without a line here: nothing may grow without end by requests alone.
docs/limits.md has the table for operators.
"""

from __future__ import annotations

from typing import Final

#: It has one value, or a fixed number of fields, whatever people and apps do.
FIXED: Final = "fixed"
#: Its entries leave by themselves after a while (see `life` in keys.py), so rates bound it.
LIFE: Final = "life"
#: Only this installation's operator adds to it, at the command line.
OPERATOR: Final = "operator"
#: It grows with what people do, which must not be refused: only the store's memory bounds it (common/memory.py).
MEMORY: Final = "memory"


def one(name: str) -> str:
    """One entry, or a fixed number of them, for each entry of the key `name`."""
    return f"one {name}"


#: Names of keys -> one of the above, or the setting with the greatest number.
_BOUNDS: Final = {
    "service clock content_lists allowance strangers account requests keyring refusals heartbeats libraries": FIXED,
    "sessions": "MAX_SESSIONS_PER_SERVICE",
    "session names due lease leases": one("sessions"),
    "former": "MAX_PARTICIPANTS_PER_SESSION",
    "pool": "MAX_NUMBERS_PER_SERVICE",
    "pns numbers own cell number_claims": one("pool"),
    "interactions events parked optouts": MEMORY,
    "interaction sent": one("interactions"),
    "past seen questions question_ends watched recent unreachable rate turns told pace job_claim": LIFE,
    "outgoing line lines queued held held_line attachment attachments redactions redacting claims asked": LIFE,
    "key_check_budget key_check key_checks login_failures": LIFE,
    "notices": "MAX_NOTICES_PER_SERVICE",
    "blocks": "MAX_BLOCKS_PER_SERVICE",
    "deliveries": "MAX_DELIVERIES_PER_SERVICE",
    "delivery delivery_ends lane lanes": one("deliveries"),
    "services": "MAX_SERVICES_PER_ACCOUNT",
    "service_names installation_services segments": one("services"),
    "request": "MAX_IDEMPOTENCY_KEYS_PER_DAY",
    "installation_accounts api_keys former_tokens": OPERATOR,
    "file files file_ends": "MEDIA_STORE_MEGABYTES",
}

BOUNDS: Final = {name: bound for names, bound in _BOUNDS.items() for name in names.split()}
