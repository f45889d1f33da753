"""Sets a notice of a Service during a `with` block."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from policy import notices
from services import services
from tests.support.stack import ACCOUNT
from tests.support.webhooks import WebhookHarness


@contextmanager
def worded(webhooks: WebhookHarness, key: str, text: str) -> Iterator[None]:
    rt = webhooks.stack.runtime
    service = services.get_service(rt, ACCOUNT, webhooks.sid)
    notices.set_notice(rt, service, key, {"text": text})
    try:
        yield
    finally:
        notices.restore_notice(rt, service, key)
