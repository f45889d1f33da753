"""The application, with a path whose code blocks the event loop of its worker: for tests/proxy/test_hung_workers.py."""

from __future__ import annotations

import time
from asyncio import AbstractEventLoop

from granian.rsgi import HTTPProtocol, Scope  # type: ignore[attr-defined]

import rsgi


class BlockingApp:
    def __rsgi_init__(self, loop: AbstractEventLoop) -> None:
        rsgi.app.__rsgi_init__(loop)

    async def __rsgi__(self, scope: Scope, proto: HTTPProtocol) -> None:
        while scope.path == "/block":
            time.sleep(1)
        await rsgi.app.__rsgi__(scope, proto)


app = BlockingApp()
