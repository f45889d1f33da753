"""A Service's own words for a while."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from policy import notices
from services import services
from tests.proxy.webhooks.scene import Scene
from tests.support.stack import ACCOUNT


@contextmanager
def worded(scene: Scene, key: str, text: str) -> Iterator[None]:
    rt = scene.stack.runtime
    service = services.get_service(rt, ACCOUNT, scene.sid)
    notices.set_notice(rt, service, key, {"text": text})
    try:
        yield
    finally:
        notices.restore_notice(rt, service, key)
