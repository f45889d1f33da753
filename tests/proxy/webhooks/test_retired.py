"""The jobs drop a deleted Service after all its events are recorded; they keep a Service that is being created."""

from __future__ import annotations

from typing import Any

from common.sids import new
from erasure.services import retire
from storage import keys
from tests.support.stack import ACCOUNT
from tests.support.webhooks import WebhookHarness


def registered(harness: WebhookHarness, sid: str) -> bool:
    return bool(harness.stack.runtime.store.client.hexists(keys.installation_services(), sid))


def test_a_deleted_service(harness: WebhookHarness) -> None:
    rt, client = harness.stack.runtime, harness.stack.runtime.store.client
    sid = harness.client.proxy.v1.services.create(unique_name=new("gone-")).sid
    assert not retire(rt, ACCOUNT, sid)
    harness.client.proxy.v1.services(sid).delete()
    assert not retire(rt, ACCOUNT, sid), "its last events are not recorded yet"
    client.xtrim(keys.events(sid), maxlen=0, approximate=False)
    assert retire(rt, ACCOUNT, sid)
    assert not registered(harness, sid)
    left: Any = [key for key in client.scan_iter(match=f"*{sid}*")]
    assert left == []


def test_one_that_is_being_made(harness: WebhookHarness) -> None:
    """The creation stopped or is slow after the claim, before the Service exists: settle_claims must settle that."""
    rt, sid = harness.stack.runtime, new("KS")
    claim = {"service": sid, "unique_name": new("new-"), "at": 1, "create": True}
    rt.store.account("claim_service", ACCOUNT, claim)
    rt.store.client.hset(keys.installation_services(), sid, ACCOUNT)
    assert not retire(rt, ACCOUNT, sid)
    assert registered(harness, sid)
