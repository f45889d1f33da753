"""Checks the settings, and reports each warning that start-up would log."""

from __future__ import annotations

from collections.abc import Iterator

from common.warnings import warnings
from proxy.doctor.finding import GOOD, WARNING, CheckContext, Finding


def check(context: CheckContext) -> Iterator[Finding]:
    settings = context.settings
    yield Finding("settings", GOOD, f"complete; PUBLIC_URL is {settings.public_url}")
    for sentence in warnings(settings):
        text, _, fix = sentence.partition(" Write: ")
        yield Finding("settings", WARNING, text.rstrip("."), f"Write: {fix}" if fix else "")
