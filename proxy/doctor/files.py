"""Checks that the process that cleans files is locked in on this machine."""

from __future__ import annotations

from collections.abc import Iterator

from media import sandbox_check
from media.sandbox import Mode
from proxy.doctor.finding import BAD, GOOD, WARNING, CheckContext, Finding, skip_without


def check(context: CheckContext) -> Iterator[Finding]:
    skip_without(lambda: context.settings, "the settings")
    mode = Mode(context.settings.media_sandbox)
    report = sandbox_check.examine(mode)
    if report.complete:
        yield Finding("files", GOOD, "the process that cleans files can do nothing but read and answer (tried here)")
    else:
        state = BAD if mode is Mode.REQUIRED else WARNING
        yield Finding("files", state, f"the process that cleans files is not locked in: {report}", sandbox_check.FIX)
