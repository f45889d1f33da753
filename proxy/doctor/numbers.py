"""Checks that the webhook URLs of each proxy number at the carrier are those of this installation."""

from __future__ import annotations

from collections.abc import Iterator

from common.errors import CarrierError
from common.model import Service
from pool import number_webhooks
from pool.drift import old_urls
from proxy.doctor.finding import BAD, GOOD, WARNING, CheckContext, Finding, skip_without
from services.accounts import carrier_of
from storage import keys

#: Each number costs a request to the carrier. The job check_numbers checks all of them.
MAX_CHECKED = 200


def check(context: CheckContext) -> Iterator[Finding]:
    skip_without(lambda: context.runtime, "the settings and the store")
    correct = checked = 0
    for service in context.services():
        for sid in _number_sids(context, service)[: MAX_CHECKED - checked]:
            checked += 1
            finding = _check_number(context, service, sid)
            correct += finding is None
            if finding:
                yield finding
    if checked >= MAX_CHECKED:
        text = f"only the first {MAX_CHECKED} numbers were checked"
        yield Finding("numbers", WARNING, text, "Read the worker's log")
    for service in context.services():
        yield from _old_urls(context, service)
    if correct:
        yield Finding("numbers", GOOD, f"{correct} of {checked} proxy numbers have the right webhook URLs")
    if not checked:
        yield Finding("numbers", GOOD, "there are no proxy numbers")


def _old_urls(context: CheckContext, service: Service) -> Iterator[Finding]:
    """From the store, so for all numbers."""
    for sid, seconds in sorted(old_urls(context.runtime, service.sid).items()):
        when = f"in {seconds // 60} minutes" if seconds else "now"
        text = f"{sid} of {service.sid}: its webhook URLs were not renewed; texts and calls to it are refused {when}"
        fix = f"Run: flask numbers repoint {service.sid}; see why in the worker's log"
        yield Finding("numbers", BAD, text, fix)


def _number_sids(context: CheckContext, service: Service) -> list[str]:
    key = keys.service("pns", service.sid)
    return sorted(sid.decode() for sid in context.store.guard(lambda: context.store.client.hkeys(key)))


def _check_number(context: CheckContext, service: Service, sid: str) -> Finding | None:
    """None if all its webhook URLs are right."""
    rt = context.runtime
    try:
        wrong_fields = number_webhooks.compare(rt, service, carrier_of(rt, service.account_sid).number(sid)).wrong
    except CarrierError as error:
        if error.status == 404:
            fix = "Delete it from the Service, or buy it again"
            return Finding("numbers", BAD, f"{sid} of {service.sid}: the carrier's account has no such number", fix)
        reason = (
            f"the carrier refused the request (status {error.status})" if error.status else "the carrier did not answer"
        )
        return Finding(
            "numbers", BAD, f"{sid} of {service.sid}: {reason}", "Check TWILIO_AUTH_TOKEN and TWILIO_API_URL"
        )
    if not wrong_fields:
        return None
    text = f"{sid} of {service.sid}: its {', '.join(sorted(wrong_fields))} at the carrier does not match PUBLIC_URL"
    return Finding("numbers", BAD, text, f"Run: flask numbers repoint {service.sid}")
