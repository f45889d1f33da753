"""The bench's own store, a Service with a pool, and Sessions opened by the real operations."""

from __future__ import annotations

import contextlib
import itertools
import secrets
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.servers import ROOT
from common import config
from common.assembly import build
from common.model import Service
from common.runtime import Runtime
from common.sids import new
from dev import store as embedded
from pool import geo
from services.services import create_service
from sessions.model import Session
from sessions.sessions import open_session
from storage import keys, library

PUBLIC_URL = "https://mask.bench.example"
ACCOUNT = "AC" + "b" * 32
TOKEN = "token-of-the-bench-0123456789abcdef"
BOTH = {"sms": True, "voice": True, "mms": True, "fax": False}
AT_ONCE = 200
LAST_DIGITS = itertools.count(2_000_000)
#: A limit that is checked but never reached.
MANY = "1000000"


@dataclass
class World:
    """`directory` has the store's data and the logs."""

    rt: Runtime
    store: embedded.Store
    environ: dict[str, str]
    directory: Path

    @property
    def log(self) -> Path:
        return self.directory / "servers.log"

    def fsync(self, policy: str) -> None:
        """Use `always` for what is measured, unless stated; `everysec` while sessions are only prepared."""
        self.rt.store.client.config_set("appendfsync", policy)

    def service(self, numbers: int, **fields: str) -> Service:
        """A new Service with `numbers` numbers, all of one country."""
        given = {"unique_name": new("bench-"), "default_ttl": 7 * 86_400, **fields}
        service = create_service(self.rt, ACCOUNT, given)
        additions = (self._addition(f"+1415{index:07}") for index in range(2_000_000, 2_000_000 + numbers))
        self.bulk("add_number", service, additions)
        return service

    def _addition(self, number: str) -> dict[str, Any]:
        doc = {
            "sid": new("PN"), "number": number, "friendly_name": number, "capabilities": BOTH, "country": "US",
            "home": geo.home_cells(number, "US", BOTH),
        }  # fmt: skip
        return {"doc": doc, "reserved": False, "own": secrets.token_urlsafe(16), "most": 0}

    def pair(self, service: Service) -> Session:
        """A Session of two new people."""
        return open_session(self.rt, service, {}, [{"identifier": person()}, {"identifier": person()}])

    def bulk(self, script: str, service: Service, each: Iterable[dict[str, Any]]) -> int:
        """Run the script once for each argument, 200 in one pipeline; returns how many. Raises on a refusal."""
        client, key = self.rt.store.client, keys.service("service", service.sid)
        count = 0
        texts = [self.rt.store.arguments(args) for args in each]
        for start in range(0, len(texts), AT_ONCE):
            pipeline = client.pipeline(transaction=False)
            for text in texts[start : start + AT_ONCE]:
                pipeline.fcall(library.registered(script), 1, key, text)
            for answer in pipeline.execute():
                count += 1
                if answer.startswith(b'{"error"'):
                    raise ValueError(f"{script} refused: {answer!r}")
        return count

    def memory(self) -> int:
        return int(self.rt.store.client.info("memory")["used_memory"])

    def store_cpu(self) -> float:
        """Seconds so far, more exactly than the system tells."""
        used = self.rt.store.client.info("cpu")
        return float(used["used_cpu_sys"]) + float(used["used_cpu_user"])

    def written(self) -> int:
        """Bytes of the append-only file, which is not rewritten during a run."""
        return int(self.rt.store.client.info("persistence")["aof_current_size"])

    def forget_events(self, service: Service) -> None:
        """Trim the events, as the drain does."""
        self.rt.store.client.xtrim(keys.events(service.sid), maxlen=0, approximate=False)


@contextlib.contextmanager
def world(directory: Path = ROOT / "var" / "bench") -> Iterator[World]:
    shutil.rmtree(directory, ignore_errors=True)
    store = embedded.start(directory, fsync="always", port=embedded.free_port(0))
    environ = {
        "REDIS_URL": store.url, "PUBLIC_URL": PUBLIC_URL, "TWILIO_ACCOUNT_SID": ACCOUNT, "TWILIO_AUTH_TOKEN": TOKEN,
        "SECRET_KEY": secrets.token_urlsafe(48), "STORE_DURABILITY": "always", "WEB_CONCURRENCY": "2",
        "LOG_LEVEL": "ERROR", "ALLOW_PRIVATE_CALLBACKS": "1", "API_READS_PER_SECOND": "0",
        "API_WRITES_PER_SECOND": "0", **{f"{whose}_MESSAGES_PER_MINUTE": MANY for whose in ("PERSON", "PAIR")},
        **{f"{whose}_CALLS_PER_MINUTE": MANY for whose in ("PERSON", "PAIR")},
    }  # fmt: skip
    try:
        made = World(build(config.load(environ)), store, environ, directory)
        made.rt.store.client.config_set("auto-aof-rewrite-percentage", 0)
        yield made
    finally:
        store.stop()
        shutil.rmtree(directory, ignore_errors=True)


def person() -> str:
    """A number that is not used elsewhere in this run, and is in no pool."""
    return f"+1212{next(LAST_DIGITS)}"
