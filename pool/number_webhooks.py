"""The webhooks of a number at the carrier: set when it joins a pool, restored byte for byte when it leaves."""

from __future__ import annotations

import json
from typing import Any

from carrier.client import Carrier, CarrierNumber
from common.errors import CarrierError
from common.model import Service
from common.runtime import Runtime

#: Asks the carrier to repeat a failed webhook up to five times within its 15 s (Twilio: "connection overrides").
RETRIES = "#rc=5&rp=all&ct=2000&rt="
#: How long the carrier waits for one answer (ms); longer if the customer's app is asked meanwhile.
USUAL_WAIT_MS, EXTRA_MS = 4000, 1500
#: Fields that the carrier does not accept empty.
NEVER_EMPTY = frozenset(
    {"sms_method", "sms_fallback_method", "voice_method", "voice_fallback_method", "status_callback_method",
     "voice_receive_mode"}
)  # fmt: skip


def expected(rt: Runtime, service: Service) -> dict[str, str]:
    """The fields as they should be. Applications and trunks are emptied: the carrier prefers them to the URLs."""
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


def has_other_wait(found: CarrierNumber, fields: dict[str, str]) -> bool:
    """Whether it leads here with another waiting time. Some carriers drop the fragment; then this is not visible."""
    kept = {name: found.routing[name] for name in fields if name.endswith("_url")}
    return any("#" in url and url != fields[name] for name, url in kept.items())


def changed(found: CarrierNumber, fields: dict[str, str]) -> list[str]:
    """Names of the fields that differ. The fragment is not compared: a carrier may drop it."""
    return [name for name, value in fields.items() if found.routing[name].split("#")[0] != value.split("#")[0]]


def point_here(rt: Runtime, carrier: Carrier, service: Service, number_sid: str) -> None:
    """Raises CarrierError, also if the carrier accepts the change but keeps other values."""
    fields = expected(rt, service)
    if changed(carrier.configure(number_sid, fields), fields):
        raise CarrierError("the carrier did not keep the number's new routing")


def sealed(rt: Runtime, found: CarrierNumber) -> str:
    """The present webhooks, sealed: a customer's URL may contain a password."""
    return rt.seal.seal(json.dumps(found.routing), f"routing\0{found.sid}")


def restore(rt: Runtime, carrier: Carrier, route: dict[str, Any]) -> None:
    """Restores the former webhooks. Does nothing if the account no longer has the number."""
    routing: dict[str, str] = json.loads(rt.seal.open(route["restore"], f"routing\0{route['sid']}"))
    fields = {name: value for name, value in routing.items() if value or name not in NEVER_EMPTY}
    try:
        carrier.configure(route["sid"], fields)
    except CarrierError as error:
        if error.status != 404:
            raise
