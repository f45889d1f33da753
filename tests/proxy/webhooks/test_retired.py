"""A deleted Service leaves the jobs' rounds once all that it did is recorded, and one that is being made does not."""

from __future__ import annotations

from typing import Any

from common.sids import new
from erasure.services import retire
from storage import keys
from tests.proxy.webhooks.scene import Scene
from tests.support.stack import ACCOUNT


def registered(scene: Scene, sid: str) -> bool:
    return bool(scene.stack.runtime.store.client.hexists(keys.installation_services(), sid))


def test_a_deleted_service(scene: Scene) -> None:
    rt, client = scene.stack.runtime, scene.stack.runtime.store.client
    sid = scene.client.proxy.v1.services.create(unique_name=new("gone-")).sid
    assert not retire(rt, ACCOUNT, sid)
    scene.client.proxy.v1.services(sid).delete()
    assert not retire(rt, ACCOUNT, sid), "its last events are not recorded yet"
    client.xtrim(keys.events(sid), maxlen=0, approximate=False)
    assert retire(rt, ACCOUNT, sid)
    assert not registered(scene, sid)
    left: Any = [key for key in client.scan_iter(match=f"*{sid}*")]
    assert left == []


def test_one_that_is_being_made(scene: Scene) -> None:
    """Killed or slow between the claim and the Service itself: that is for settle_claims to end."""
    rt, sid = scene.stack.runtime, new("KS")
    claim = {"service": sid, "unique_name": new("new-"), "at": 1, "create": True}
    rt.store.account("claim_service", ACCOUNT, claim)
    rt.store.client.hset(keys.installation_services(), sid, ACCOUNT)
    assert not retire(rt, ACCOUNT, sid)
    assert registered(scene, sid)
