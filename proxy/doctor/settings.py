"""The settings: all right, each warning of start-up, and what no setting is called."""

from __future__ import annotations

from collections.abc import Iterator

from common.warnings import warnings
from proxy.doctor.finding import GOOD, WARNING, Finding, Patient


def check(patient: Patient) -> Iterator[Finding]:
    settings = patient.settings
    yield Finding("settings", GOOD, f"complete; PUBLIC_URL is {settings.public_url}")
    for sentence in warnings(settings):
        text, _, mend = sentence.partition(" Write: ")
        yield Finding("settings", WARNING, text.rstrip("."), f"Write: {mend}" if mend else "")
