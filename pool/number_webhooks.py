"""The webhooks of a number at the carrier: set when it joins a pool, restored byte for byte when it leaves.

The token in their URLs is renewed once in each replay window, or else requests are refused after the next one.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from carrier.client import Carrier
from carrier.model import CarrierNumber
from carrier.webhook_urls import number_url, read_number_token
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


URL_FIELDS = ("sms_url", "sms_fallback_url", "voice_url", "voice_fallback_url")


@dataclass(frozen=True, slots=True)
class Comparison:
    """`wrong`: the fields that do not lead here. `since_ms`: when the window of its oldest URL token began.

    `old`: the URLs that lead here, but not exactly as they should now: they are to be renewed.
    """

    wrong: list[str]
    since_ms: int | None
    old: list[str]


def expected(rt: Runtime, service: Service) -> dict[str, str]:
    """The fields as they should be. Applications and trunks are emptied: the carrier prefers them to the URLs."""
    fields = {"sms_application_sid": "", "voice_application_sid": "", "trunk_sid": ""}
    for channel, path in (("sms", "message"), ("voice", "voice")):
        for place in ("", "_fallback"):
            fields[f"{channel}{place}_url"] = f"{number_url(rt, service.sid, path)}{RETRIES}{_wait_ms(service)}"
            fields[f"{channel}{place}_method"] = "POST"
    return fields


def _wait_ms(service: Service) -> int:
    if not (service.intercept_callback_url or service.out_of_session_callback_url):
        return USUAL_WAIT_MS
    return max(USUAL_WAIT_MS, service.intercept_timeout_ms + EXTRA_MS)


def compare(rt: Runtime, service: Service, found: CarrierNumber) -> Comparison:
    """The number as the carrier has it, compared with what `expected` gives."""
    fields = expected(rt, service)
    since = {name: _since_ms(rt, service, found.routing[name], fields[name]) for name in URL_FIELDS}
    wrong = [name for name, value in fields.items() if name not in since and found.routing[name] != value]
    wrong += [name for name, value in since.items() if value is None]
    old = [name for name in URL_FIELDS if name not in wrong and not _is_same(found.routing[name], fields[name])]
    return Comparison(wrong, min(filter(None, since.values()), default=None), old)


def _since_ms(rt: Runtime, service: Service, url: str, wanted: str) -> int | None:
    """When the window of the token in a URL began; None if the URL leads elsewhere."""
    base = wanted.partition("#")[0].rpartition("/")[0] + "/"
    token = url.partition("#")[0].removeprefix(base)
    return read_number_token(rt, service.sid, token) if url.startswith(base) else None


def _is_same(url: str, wanted: str) -> bool:
    """Some carriers drop the fragment."""
    return url in (wanted, wanted.partition("#")[0])


def point_here(
    rt: Runtime, carrier: Carrier, service: Service, number_sid: str, only: Collection[str] | None = None
) -> int:
    """Returns when the window of the URLs' oldest token began (ms). `only`: the fields to set; None: all.

    Raises CarrierError, also if the carrier accepts the change but keeps other values.
    """
    fields = {name: value for name, value in expected(rt, service).items() if only is None or name in only}
    now = compare(rt, service, carrier.configure(number_sid, fields))
    if now.since_ms is None or not fields.keys().isdisjoint(now.wrong):
        raise CarrierError("the carrier did not keep the number's new routing")
    return now.since_ms


def sealed(rt: Runtime, found: CarrierNumber) -> str:
    """The present webhooks, sealed: a customer's URL may contain a password."""
    return rt.seal.seal(json.dumps(found.routing), associated_data(found.sid))


def associated_data(number_sid: str) -> str:
    return f"routing\0{number_sid}"


def restore(rt: Runtime, carrier: Carrier, claim: dict[str, Any]) -> None:
    """Restores the former webhooks. Does nothing if the account no longer has the number."""
    routing: dict[str, str] = json.loads(rt.seal.open(claim["restore"], associated_data(claim["sid"])))
    fields = {name: value for name, value in routing.items() if value or name not in NEVER_EMPTY}
    try:
        carrier.configure(claim["sid"], fields)
    except CarrierError as error:
        if error.status != 404:
            raise
