"""Whether each proxy number's webhooks at the carrier lead here."""

from __future__ import annotations

from collections.abc import Iterator

from carrier.client import Carrier
from common.errors import CarrierError
from common.model import Service
from pool import routing
from proxy.doctor.finding import BAD, GOOD, WARNING, Finding, Patient, needing
from services.accounts import carrier_of
from storage import keys

#: Each is a request to the carrier; the job check_numbers looks at all of them.
MOST = 200


def check(patient: Patient) -> Iterator[Finding]:
    needing(lambda: patient.runtime, "the settings and the store")
    right = looked = 0
    for service in patient.services():
        for sid in _numbers(patient, service)[: MOST - looked]:
            looked += 1
            finding = _of(patient, service, sid)
            right += finding is None
            if finding:
                yield finding
    if looked >= MOST:
        yield Finding("numbers", WARNING, f"only the first {MOST} numbers were looked at", "Read the worker's log")
    if right or not looked:
        yield Finding("numbers", GOOD, f"{right} of {looked} proxy numbers lead here" if looked else "there are none")


def _numbers(patient: Patient, service: Service) -> list[str]:
    key = keys.service("pns", service.sid)
    return sorted(sid.decode() for sid in patient.store.guard(lambda: patient.store.client.hkeys(key)))


def _of(patient: Patient, service: Service, sid: str) -> Finding | None:
    rt = patient.runtime
    try:
        wrong = _wrong(carrier_of(rt, service.account_sid), sid, routing.wanted(rt, service))
    except CarrierError as error:
        if error.status == 404:
            mend = "Delete it from the Service, or buy it again"
            return Finding("numbers", BAD, f"{sid} of {service.sid}: the carrier's account has no such number", mend)
        what = f"the carrier refuses the look (status {error.status})" if error.status else "the carrier is silent"
        return Finding("numbers", BAD, f"{sid} of {service.sid}: {what}", "Check TWILIO_AUTH_TOKEN and TWILIO_API_URL")
    if not wrong:
        return None
    text = f"{sid} of {service.sid}: its {', '.join(sorted(wrong))} at the carrier does not lead to PUBLIC_URL"
    return Finding("numbers", BAD, text, f"Run: flask numbers repoint {service.sid}")


def _wrong(carrier: Carrier, sid: str, fields: dict[str, str]) -> list[str]:
    return routing.drifted(carrier.number(sid), fields)
