"""A worker that was suspended does not change numbers at the carrier that another worker has handled meanwhile."""

from __future__ import annotations

from typing import Any

import pytest

from pool import numbers
from pool.drift import check_drift
from storage import keys
from tests.proxy.webhooks.test_numbers import restored, sid_of, state
from tests.support.stack import ACCOUNT, Stack
from tests.support.webhooks import WebhookHarness


@pytest.fixture
def harness(stack: Stack) -> WebhookHarness:
    """Each test has its own Service without numbers."""
    return WebhookHarness(stack)


def test_a_worker_that_may_not_begin_changes_nothing_at_the_carrier(harness: WebhookHarness) -> None:
    """It was suspended: meanwhile another worker may have given the number back."""
    rt, number = harness.stack.runtime, harness.new_number()
    harness.service.phone_numbers.create(phone_number=number)
    before = state(harness, number)
    assert harness.set_fields(InterceptCallbackUrl="https://app.example/", InterceptTimeout="12").status_code == 200
    assert check_drift(rt, harness.sid, lambda: False) == []
    may = iter([True, False])
    assert check_drift(rt, harness.sid, lambda: next(may, False)) == []
    assert state(harness, number) == before
    assert harness.set_fields(InterceptCallbackUrl="", InterceptTimeout="2.5").status_code == 200


def test_a_number_that_was_added_again_keeps_its_route(
    harness: WebhookHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A worker is suspended while it gives a number back. When it goes on, the number has been added again."""
    rt, number = harness.stack.runtime, harness.new_number()
    before = state(harness, number)
    harness.service.phone_numbers.create(phone_number=number)
    again: list[str] = []

    def add_again(*_: Any) -> None:
        if not again:
            again.append(number)
            monkeypatch.undo()
            harness.service.phone_numbers(sid_of(harness, number)).delete()
            harness.service.phone_numbers.create(phone_number=number)

    monkeypatch.setattr("pool.number_webhooks.restore", add_again)
    numbers.return_to_carrier(rt, ACCOUNT, harness.sid, number)
    assert again and rt.store.client.hexists(keys.account("number_claims", ACCOUNT), number)
    harness.service.phone_numbers(sid_of(harness, number)).delete()
    restored(harness, number, before)
