"""Webhooks that were refused of late: the carrier signed another URL, or somebody else posts to us."""

from __future__ import annotations

from collections.abc import Iterator

from common.heartbeat import now_ms
from proxy.doctor.finding import GOOD, WARNING, Finding, Patient, needing
from proxy.webhooks.refusal_count import read

#: Seconds. Who may post a webhook is open to all the world: an old refusal says nothing of now.
LATELY = 3600


def check(patient: Patient) -> Iterator[Finding]:
    needing(lambda: patient.store, "the store")
    since = now_ms(patient.store) - 1000 * LATELY
    lately = [one for one in read(patient.store) if one.last_ms >= since]
    for one in lately:
        yield Finding(
            "webhooks", WARNING, f"refused within the last hour ({one.reason}, {one.count} in all): {one.said}",
            "See docs/webhooks.md",
        )  # fmt: skip
    if not lately:
        yield Finding("webhooks", GOOD, "none was refused within the last hour")
