"""API keys in the store: SID -> account, role, name, keyed hash of the secret; of the carrier's also the last check."""

from __future__ import annotations

import json
from typing import Any

from common.runtime import Runtime
from common.steps import Command, Steps, finish
from storage import keys


def key_document(sid: str) -> Steps[dict[str, Any] | None]:
    text = yield Command(("HGET", keys.ring("api_keys"), sid))
    return json.loads(text) if text else None


def read_key(rt: Runtime, sid: str) -> dict[str, Any] | None:
    return finish(rt.store, key_document(sid))


def read_keys(rt: Runtime) -> list[tuple[str, dict[str, Any]]]:
    rows = rt.store.guard(lambda: rt.store.client.hgetall(keys.ring("api_keys")))
    return [(sid.decode(), json.loads(text)) for sid, text in sorted(rows.items())]


def write_key(rt: Runtime, sid: str, doc: dict[str, Any]) -> None:
    rt.store.guard(lambda: rt.store.client.hset(keys.ring("api_keys"), sid, json.dumps(doc)))


def remove_key(rt: Runtime, sid: str) -> None:
    rt.store.guard(lambda: rt.store.client.hdel(keys.ring("api_keys"), sid))
