"""The limit of segments that an account may send in a day."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import replace

import pytest
import requests
from twilio.base.exceptions import TwilioRestException

from policy.sentences.sentences import SENTENCES
from storage import keys
from storage.store import StoreUnavailable
from tests.support.answering_app import App, Asked
from tests.support.stack import ACCOUNT, TOKEN
from tests.support.store_calls import around_calls
from tests.support.webhooks import Clock, Conversation, WebhookHarness

DAY = 86_400
NEUTRAL = SENTENCES["neutral_reply"]["en"]


@pytest.fixture(autouse=True)
def next_day(harness: WebhookHarness, clock: Clock, rates: dict[str, dict[str, int]]) -> Iterator[None]:
    """Each test begins at the start of a new day."""
    rates["message"] = {"person": 0, "pair": 0, "service": 0}
    clock.now = (clock.now // (DAY * 1000) + 1) * DAY * 1000
    usual = harness.stack.runtime.settings
    yield
    harness.stack.runtime.settings = usual


def set_ceiling(harness: WebhookHarness, segments: int) -> None:
    rt = harness.stack.runtime
    rt.settings = replace(rt.settings, segments_per_day=segments)


def passed(harness: WebhookHarness, conversation: Conversation, body: str) -> bool:
    return "statusCallback" in harness.text(conversation.alice, conversation.alices, body)


def test_the_day_ends_and_begins(harness: WebhookHarness, clock: Clock, conversation: Conversation) -> None:
    set_ceiling(harness, 10)
    before = harness.writes()[1]
    assert [passed(harness, conversation, f"text {n}") for n in range(13)] == [True] * 10 + [False] * 3
    reasons = [event["d"] for event in harness.events(before) if event["t"] == "inbound.refused"]
    assert [(one["reason"], one["code"]) for one in reasons] == [("ceiling", 63038)] * 3
    assert harness.inbox(conversation.alice) == []
    clock.advance(DAY - 1)
    assert not passed(harness, conversation, "still the same day")
    clock.advance(1)
    assert passed(harness, conversation, "another day")


def test_segments_are_counted(harness: WebhookHarness, conversation: Conversation) -> None:
    set_ceiling(harness, 10)
    assert passed(harness, conversation, "x" * 161 * 3)
    assert passed(harness, conversation, "ж" * 71 * 2)
    # 7 of the 10 segments are used: 4 by the first text and 3 by the second.
    assert not passed(harness, conversation, "y" * 161 * 3)
    assert [passed(harness, conversation, f"short {n}") for n in range(4)] == [True] * 3 + [False]


def test_a_repeat_is_sent_and_counted_once(harness: WebhookHarness, conversation: Conversation) -> None:
    set_ceiling(harness, 2)
    form = harness.message_form(conversation.alice, conversation.alices, "once")
    assert len({harness.post(form).text for _ in range(5)}) == 1
    assert [passed(harness, conversation, f"text {n}") for n in range(2)] == [True, False]


def test_what_the_app_sends_counts(harness: WebhookHarness, conversation: Conversation) -> None:
    set_ceiling(harness, 3)
    send = conversation.session.participants(conversation.bob_sid).message_interactions.create
    send(body="x" * 200)
    harness.text(conversation.alice, conversation.alices, "the third")
    with pytest.raises(TwilioRestException) as error:
        send(body="more")
    assert (error.value.status, error.value.code) == (429, 63038)
    url = f"{harness.stack.url}/proxy/v1/Services/{harness.sid}/Sessions/{conversation.session.fetch().sid}"
    path = f"{url}/Participants/{conversation.bob_sid}/MessageInteractions"
    answer = requests.post(path, {"Body": "more"}, auth=(ACCOUNT, TOKEN), timeout=30)
    assert 86_000 < int(answer.headers["Retry-After"]) <= 86_401
    assert len(conversation.session.interactions.list()) == 2


@pytest.fixture
def intercept(harness: WebhookHarness) -> Iterator[App]:
    app = App()
    harness.set_fields(InterceptCallbackUrl=app.url, InterceptTimeout="12")
    yield app
    harness.set_fields(InterceptCallbackUrl="", InterceptTimeout="2.5")
    app.stop()


def test_the_last_segment_is_spent_while_the_app_is_asked(
    harness: WebhookHarness, conversation: Conversation, intercept: App
) -> None:
    set_ceiling(harness, 1)

    def spend(asked: Asked) -> int:
        conversation.session.participants(conversation.bob_sid).message_interactions.create(body="the last one")
        return 200

    intercept.answer = spend
    before = harness.writes()[1]
    assert not passed(harness, conversation, "hello")
    refused = [event["d"] for event in harness.events(before) if event["t"] == "inbound.refused"]
    assert [(one["reason"], one["code"]) for one in refused] == [("ceiling", 63038)]


def test_what_we_say_counts(harness: WebhookHarness) -> None:
    set_ceiling(harness, 5)
    strangers = [harness.new_person() for _ in range(4)]
    for one in strangers:
        harness.text(one, harness.pool[0], "hello")
    assert [harness.inbox(one) != [] for one in strangers] == [True, True, False, False]


def test_all_services_of_an_account_together(harness: WebhookHarness, clock: Clock) -> None:
    scenes = [harness, WebhookHarness(harness.stack, clock, numbers=2), WebhookHarness(harness.stack, clock, numbers=2)]
    conversations = [(one, one.open()) for one in scenes]
    set_ceiling(harness, 9)
    done = [passed(one, conversation, f"text {n}") for n in range(5) for one, conversation in conversations]
    assert sum(done) == sum(done[:9]) == 9


def test_at_once(harness: WebhookHarness, conversation: Conversation) -> None:
    set_ceiling(harness, 1000)
    assert passed(harness, conversation, "the first")
    set_ceiling(harness, 20)
    forms = [harness.message_form(conversation.alice, conversation.alices, f"at once {n}") for n in range(60)]
    with ThreadPoolExecutor(16) as pool:
        answers = [answer.text for answer in pool.map(harness.post, forms)]
    # The first text got 5 segments and used 1, which leaves 19. Parallel requests never get the same segments.
    assert sum("statusCallback" in one for one in answers) == 19


def test_few_trips_to_the_account(
    harness: WebhookHarness, conversation: Conversation, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_ceiling(harness, 2000)
    asked = []

    def counted(script: str) -> AbstractContextManager[None]:
        asked.append(script)
        return nullcontext()

    around_calls(monkeypatch, counted)
    assert all([passed(harness, conversation, f"text {n}") for n in range(40)])
    assert asked.count("grant_segments") == 4


def test_closed_while_nobody_can_tell(
    harness: WebhookHarness, conversation: Conversation, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_ceiling(harness, 100)
    form = harness.message_form(conversation.alice, conversation.alices, "wait for me")

    def silent(script: str) -> AbstractContextManager[None]:
        if script == "grant_segments":
            raise StoreUnavailable("the store does not answer")
        return nullcontext()

    with monkeypatch.context() as patch:
        around_calls(patch, silent)
        assert harness.post(form).status_code == 503
        send = conversation.session.participants(conversation.bob_sid).message_interactions.create
        with pytest.raises(TwilioRestException) as error:
            send(body="not now")
        assert error.value.status == 503
    assert conversation.session.interactions.list() == []
    # The carrier sends the webhook again.
    assert "statusCallback" in harness.post(form).text


def test_a_count_that_cannot_be_read_lets_nothing_pass(harness: WebhookHarness, conversation: Conversation) -> None:
    set_ceiling(harness, 100)
    client, key = harness.stack.runtime.store.client, keys.account("segments", ACCOUNT)
    client.delete(key)
    client.set(key, "broken")
    assert harness.post(harness.message_form(conversation.alice, conversation.alices, "hello")).status_code == 500
    assert conversation.session.interactions.list() == []
    client.delete(key)
    assert passed(harness, conversation, "hello")


def test_two_nodes_at_midnight(
    harness: WebhookHarness, clock: Clock, conversation: Conversation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The account's clock may be slightly behind the Service's clock when a new day begins."""
    set_ceiling(harness, 100)

    @contextmanager
    def behind(script: str) -> Iterator[None]:
        seconds = 2 if script == "grant_segments" else 0
        clock.advance(-seconds)
        try:
            yield
        finally:
            clock.advance(seconds)

    around_calls(monkeypatch, behind)
    assert passed(harness, conversation, "the first of the day")


def test_no_ceiling_keeps_no_count(harness: WebhookHarness, conversation: Conversation) -> None:
    client = harness.stack.runtime.store.client
    before = client.hgetall(keys.service("allowance", harness.sid))
    assert passed(harness, conversation, "hello")
    assert client.hgetall(keys.service("allowance", harness.sid)) == before
