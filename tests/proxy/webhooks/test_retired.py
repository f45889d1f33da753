"""The jobs drop a deleted Service after all its events are recorded; they keep a Service that is being created."""

from __future__ import annotations

from typing import Any

import pytest
from twilio.base.exceptions import TwilioRestException

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
    claim = {"service": sid, "name_hash": new("new-"), "at": 1, "create": True, "most": 0}
    rt.store.account("claim_service", ACCOUNT, claim)
    rt.store.client.hset(keys.installation_services(), sid, ACCOUNT)
    assert not retire(rt, ACCOUNT, sid)
    assert registered(harness, sid)


@pytest.mark.parametrize("rename", [False, True])
def test_a_web_process_that_was_suspended_writes_no_service(
    harness: WebhookHarness, monkeypatch: pytest.MonkeyPatch, rename: bool
) -> None:
    """A job has ended the claim of the name meanwhile, and another Service may have the name now."""
    services, name, times = harness.client.proxy.v1.services, new("late-"), iter([0.0, 61.0])
    sid = services.create(unique_name=new("old-")).sid
    with monkeypatch.context() as patch:
        patch.setattr("services.services.moment", lambda: next(times))
        with pytest.raises(TwilioRestException, check=lambda e: e.status == 503):
            services(sid).update(unique_name=name) if rename else services.create(unique_name=name)
    assert name not in [one.unique_name for one in services.list()]
    services(sid).delete()
