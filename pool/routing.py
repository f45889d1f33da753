"""Where the carrier sends a number's traffic: set to us when it joins a pool, put back to the byte when it leaves."""

from __future__ import annotations

import json
from typing import Any

from carrier.client import Carrier, CarrierNumber
from common.errors import CarrierError
from common.model import Service
from common.runtime import Runtime

#: The carrier repeats a failed webhook up to five times within its 15 s; facts: its "connection overrides".
RETRIES = "#rc=5&rp=all&ct=2000&rt="
#: How long it waits for one answer, in ms; longer where the customer's app is asked meanwhile.
USUAL_WAIT_MS, EXTRA_MS = 4000, 1500
#: Fields that the carrier does not let anyone empty.
NEVER_EMPTY = frozenset(
    {"sms_method", "sms_fallback_method", "voice_method", "voice_fallback_method", "status_callback_method",
     "voice_receive_mode"}
)  # fmt: skip


def wanted(rt: Runtime, service: Service) -> dict[str, str]:
    """Our routing. Applications and trunks are cleared because they would win over the URLs."""
    base = f"{rt.settings.public_url}/webhooks/{service.sid}"
    fields = {"sms_application_sid": "", "voice_application_sid": "", "trunk_sid": ""}
    for channel, path in (("sms", "message"), ("voice", "voice")):
        for place in ("", "_fallback"):
            fields[f"{channel}{place}_url"] = f"{base}/{path}{RETRIES}{_wait_ms(service)}"
            fields[f"{channel}{place}_method"] = "POST"
    return fields


def _wait_ms(service: Service) -> int:
    if not (service.intercept_callback_url or service.out_of_session_callback_url):
        return USUAL_WAIT_MS
    return max(USUAL_WAIT_MS, service.intercept_timeout_ms + EXTRA_MS)


def impatient(found: CarrierNumber, fields: dict[str, str]) -> bool:
    """Whether it leads here but waits too short or too long. Some carriers keep no fragments: those cannot be told."""
    kept = {name: found.routing[name] for name in fields if name.endswith("_url")}
    return any("#" in url and url != fields[name] for name, url in kept.items())


def drifted(found: CarrierNumber, fields: dict[str, str]) -> list[str]:
    """Names of the fields that differ; the carrier may keep a URL without its fragment."""
    return [name for name, value in fields.items() if found.routing[name].split("#")[0] != value.split("#")[0]]


def direct_here(rt: Runtime, carrier: Carrier, service: Service, number_sid: str) -> None:
    """Raises CarrierError, also if the carrier says yes and keeps something else."""
    fields = wanted(rt, service)
    if drifted(carrier.configure(number_sid, fields), fields):
        raise CarrierError("the carrier did not keep the number's new routing")


def restorable(rt: Runtime, found: CarrierNumber) -> str:
    """Sealed: a URL of the customer's may hold a password."""
    return rt.seal.seal(json.dumps(found.routing), f"routing\0{found.sid}")


def put_back(rt: Runtime, carrier: Carrier, route: dict[str, Any]) -> None:
    """Restores what stood before. A number that the account no longer has needs nothing."""
    routing: dict[str, str] = json.loads(rt.seal.open(route["restore"], f"routing\0{route['sid']}"))
    fields = {name: value for name, value in routing.items() if value or name not in NEVER_EMPTY}
    try:
        carrier.configure(route["sid"], fields)
    except CarrierError as error:
        if error.status != 404:
            raise
