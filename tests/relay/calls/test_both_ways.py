"""A call's webhook has the same answer, byte for byte, on the event loop and by Flask: all rows of the table."""

from __future__ import annotations

import pytest

from storage import keys
from tests.relay.calls.test_inbound import SETTINGS, Call
from tests.support.both_ways import Answer, answer, both_ways
from tests.support.calls import CallsHarness
from tests.support.webhooks import Conversation


@pytest.mark.parametrize("case", SETTINGS)
def test_each_row_of_the_inbound_table(harness: CallsHarness, case: str) -> None:
    def send() -> list[Answer]:
        harness.stack.runtime.store.client.delete(keys.service("strangers", harness.sid))
        return [_arrive(harness, one) for one in SETTINGS[case](harness)]

    # The first call after a change of the Service goes to Flask.
    both_ways(harness, send, by_loop=case != "the Service has times of its own")
    harness.stack.runtime.store.client.delete(keys.service("strangers", harness.sid))


def _arrive(harness: CallsHarness, one: Call) -> Answer:
    response = harness.post(harness.voice_form(one.sender, one.called), harness.url("voice"))
    return answer(response, SENDER=one.sender, CALLED=one.called, CALLEE=one.callee, OWN=one.own)


@pytest.mark.parametrize("purpose, state", [("whisper", "in-progress"), ("ended", "busy"), ("ended", "completed")])
def test_what_follows(harness: CallsHarness, purpose: str, state: str) -> None:
    def send() -> list[Answer]:
        talk = harness.open()
        form, sid = harness.start_inbound_call(talk)
        given = _later_form(harness, talk, form, purpose, state)
        return [answer(harness.post(given, harness.webhook_url(purpose, sid)), BOB=talk.bob, ALICE=talk.alice)]

    both_ways(harness, send, by_loop=True)


def _later_form(
    harness: CallsHarness, talk: Conversation, form: dict[str, str], purpose: str, state: str
) -> dict[str, str]:
    if purpose == "whisper":
        return harness.child_form(talk, state, "CA" + "7" * 32)
    return harness.action_form(form, state)
