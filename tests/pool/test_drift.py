"""What somebody changed at the carrier stays, and does not end the URLs of the number that still lead here."""

from __future__ import annotations

import pytest

from pool.drift import check_drift, old_urls
from tests.proxy.webhooks.test_numbers import sid_of, state
from tests.support.fixtures import clock, stack
from tests.support.stack import Stack
from tests.support.webhooks import Clock, WebhookHarness

__all__ = ["clock", "stack"]

DAY = 86_400
ELSEWHERE = {
    "voice_url": "https://elsewhere.example/",
    "voice_application_sid": "AP" + "1" * 32,
    "sms_fallback_url": "https://elsewhere.example/",
}


@pytest.mark.parametrize("taken", ELSEWHERE)
def test_texts_still_come_when_something_else_leads_elsewhere(stack: Stack, clock: Clock, taken: str) -> None:
    harness, rt = WebhookHarness(stack, clock, numbers=2), stack.runtime
    one = harness.open()
    harness.client.incoming_phone_numbers(sid_of(harness, one.alices)).update(**{taken: ELSEWHERE[taken]})
    for n in range(3):
        clock.advance(DAY)
        assert check_drift(rt, harness.sid) == [sid_of(harness, one.alices)]
        now = state(harness, one.alices)
        assert (now["sms_url"].split("#")[0], now[taken]) == (harness.url(), ELSEWHERE[taken])
        harness.text(one.alice, one.alices, f"day {n}")
    assert old_urls(rt, harness.sid) == {}
    assert [body for _, body in harness.inbox(one.bob)] == ["day 0", "day 1", "day 2"]
