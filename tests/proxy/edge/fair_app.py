"""Behind a real edge: blocks until a file is there, and says as the how-manieth its request began."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Iterable
from itertools import count
from pathlib import Path
from typing import Any

from common import waiting
from proxy.edge import server
from proxy.edge.fair_queue import Limits

GATE = Path(os.environ["GATE"])
BEGUN = count(1)

LIMITS = server.REQUESTS
#: Nobody is ever alone here, so that it does not matter how fast the requests come.
server.REQUESTS = LIMITS._replace(at_once=(server.AT_ONCE, server.AT_ONCE_EACH, server.AT_ONCE_EACH))
if os.environ.get("ONE_QUEUE"):
    # Without fair queues: one for all, with the places of all.
    vars(server)["claimed_name"] = lambda scope: ""
    server.REQUESTS = Limits(LIMITS.threads, (server.AT_ONCE,) * 3, (server.MOST_WAITING,) * 2)


def app(environ: dict[str, Any], start: Callable[..., None]) -> Iterable[bytes]:
    if environ["PATH_INFO"] == "/healthz":
        threads = edge._threads
        if threads._loop is not None:
            # The queue learns what threads did when the next request comes, or now.
            threads._loop.call_soon_threadsafe(threads._settle)
        return _answer(start, {"waiting": threads._queue._count, "working": threads._queue._working})
    place, query = next(BEGUN), environ["QUERY_STRING"]
    if query == "ask":
        with waiting.for_others():
            _block()
    elif query == "block":
        _block()
    return _answer(start, {"place": place})


def _block() -> None:
    while not GATE.exists():
        time.sleep(0.02)


def _answer(start: Callable[..., None], told: dict[str, int]) -> list[bytes]:
    start("200 OK", [("content-type", "application/json")])
    return [json.dumps(told).encode()]


edge = server.Edge(app)
