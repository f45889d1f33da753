"""Click to call: which requests are refused, from the second table of docs/calls.md."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import requests

from common.sids import new
from services.api_keys import add_key
from tests.relay.calls.tables import REFUSALS
from tests.relay.calls.test_click_to_call import Play, close, remove
from tests.support.calls import CallsHarness
from tests.support.stack import ACCOUNT
from tests.support.webhooks import Conversation

# Slow: plays every refusal, each with its own calls.
pytestmark = pytest.mark.slow


def with_session(open_it: Callable[[CallsHarness], Conversation], change: Play | None = None, who: str = "") -> Any:
    def ask(harness: CallsHarness) -> tuple[Conversation, requests.Response]:
        conversation = open_it(harness)
        if change:
            change(harness, conversation)
        return conversation, harness.order_call(conversation, who)

    return ask


def given(**fields: str) -> Any:
    def ask(harness: CallsHarness) -> tuple[Conversation, requests.Response]:
        conversation = harness.open()
        return conversation, harness.request("POST", f"/Sessions/{harness.session_sid(conversation)}/Calls", **fields)

    return ask


def run_out(harness: CallsHarness, conversation: Conversation) -> None:
    conversation.session.update(ttl=60)
    harness.time.advance(61)


def in_another(harness: CallsHarness) -> tuple[Conversation, requests.Response]:
    conversation = harness.open()
    return conversation, harness.order_call(conversation, harness.open().bob_sid)


def in_none(harness: CallsHarness) -> tuple[Conversation, requests.Response]:
    conversation = harness.open()
    return conversation, harness.request("POST", f"/Sessions/{new('KC')}/Calls", Participant=conversation.bob_sid)


def signed_in_as(*auth: str) -> Any:
    def ask(harness: CallsHarness) -> tuple[Conversation, requests.Response]:
        conversation, path = harness.open(), "/Sessions/{}/Calls"
        who = auth or add_key(harness.stack.runtime, ACCOUNT, "read-only", "read-only")
        return conversation, harness.request(
            "POST", path.format(harness.session_sid(conversation)), auth=who, Participant=conversation.bob_sid
        )

    return ask


REFUSED: dict[str, Callable[[CallsHarness], tuple[Conversation, requests.Response]]] = {
    "closed Session": with_session(CallsHarness.open, close),
    "expired Session": with_session(CallsHarness.open, run_out),
    "message-only Session": with_session(lambda harness: harness.open(mode="message-only")),
    "no partner": with_session(lambda harness: harness.open(people=1)),
    "unknown Session": in_none,
    "unknown Participant": with_session(CallsHarness.open, None, new("KP")),
    "removed Participant": with_session(CallsHarness.open, remove("bob")),
    "Participant of another Session": in_another,
    "no Participant given": given(Other="1"),
    "empty Participant": given(Participant=""),
    "Participant that is no SID": given(Participant="bob"),
    "a key that may only read": signed_in_as(),
    "no credentials": signed_in_as("", ""),
}


def test_docs_and_tests_have_the_same_refusals() -> None:
    assert list(REFUSALS) == list(REFUSED)


@pytest.mark.parametrize("case", REFUSED)
def test_refused(harness: CallsHarness, case: str) -> None:
    status, code = map(int, REFUSALS[case])
    conversation, answer = REFUSED[case](harness)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert harness.calls() == [] and harness.interactions(conversation) == []
    assert conversation.bob not in answer.text and conversation.alice not in answer.text


@pytest.mark.parametrize("path", ["GET", "PUT", "DELETE"])
def test_other_methods(harness: CallsHarness, conversation: Conversation, path: str) -> None:
    assert harness.request(path, f"/Sessions/{harness.session_sid(conversation)}/Calls").status_code == 405
