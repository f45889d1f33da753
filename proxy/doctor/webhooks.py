"""Reports webhooks that were refused recently, for each reason."""

from __future__ import annotations

from collections.abc import Iterator

from proxy.doctor.finding import GOOD, WARNING, CheckContext, Finding, skip_without
from proxy.webhooks.refusal_counter import read_counts

#: Anybody may send a request to a webhook URL, so a refusal from long ago says nothing about the present.
RECENT_SECONDS = 3600


def check(context: CheckContext) -> Iterator[Finding]:
    skip_without(lambda: context.store, "the store")
    since = context.store.now_ms() - 1000 * RECENT_SECONDS
    recent = [refused for refused in read_counts(context.store) if refused.last_ms >= since]
    for refused in recent:
        text = f"refused within the last hour ({refused.reason}, {refused.count} in total): {refused.last_message}"
        yield Finding("webhooks", WARNING, text, "See docs/webhooks.md")
    if not recent:
        yield Finding("webhooks", GOOD, "none was refused within the last hour")
