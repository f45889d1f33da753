"""A text's webhook has the same answer, byte for byte, on the event loop and by Flask: all rows of both tables."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from storage import keys
from tests.proxy.webhooks.test_inbound_table import SETTINGS
from tests.proxy.webhooks.test_signature import SHIFTS
from tests.support.both_ways import Answer, answer, both_ways
from tests.support.stack import ACCOUNT
from tests.support.webhooks import WebhookHarness, sign


@pytest.fixture(autouse=True)
def quiet(harness: WebhookHarness) -> Iterator[None]:
    yield
    harness.stack.runtime.store.client.delete(keys.service("strangers", harness.sid))


@pytest.mark.parametrize("case", SETTINGS)
def test_each_row_of_the_inbound_table(harness: WebhookHarness, case: str) -> None:
    def send() -> list[Answer]:
        harness.stack.runtime.store.client.delete(keys.service("strangers", harness.sid))
        return [_arrive(harness, text) for text in SETTINGS[case](harness)]

    both_ways(harness, send, by_loop=True)


def _arrive(harness: WebhookHarness, text: Any) -> Answer:
    response = harness.post(harness.message_form(text.sender, text.called, text.body, media=0))
    people = {"BOB": text.conversation.bob, "BOBS": text.conversation.bobs} if text.conversation else {}
    return answer(response, SENDER=text.sender, CALLED=text.called, **people)


SPOILT: dict[str, Any] = {
    "no signature": {"signature": None},
    "another signature": {"signature": "a" * 27 + "="},
    "what is no signature": {"signature": "x"},
    "JSON": {"kind": "application/json"},
    "no type": {"kind": ""},
    "another account": {"fields": {"AccountSid": "AC" + "2" * 32}},
    "a bad number": {"fields": {"To": "+١٢٣٤٥٦٧٨٩"}},
    "a bad SID": {"fields": {"MessageSid": "SM123"}},
    "a query": {"query": "?Body=x"},
    "a query of no meaning": {"query": "?x"},
    "a slash at the end": {"query": "/"},
    "an unknown path": {"query": "/x"},
    "an escaped path": {"query": "%0a"},
}


@pytest.mark.parametrize("case", SPOILT)
def test_what_is_refused(harness: WebhookHarness, case: str) -> None:
    spoilt = dict(SPOILT[case])
    more, query = spoilt.pop("fields", {}), spoilt.pop("query", "")

    def send() -> list[Answer]:
        talk = harness.open()
        form = {**harness.message_form(talk.alice, talk.alices, "hello"), **more}
        return [answer(harness.post(form, url=harness.url() + query, **spoilt), BOB=talk.bob, BOBS=talk.bobs)]

    both_ways(harness, send, by_loop=False)


@pytest.mark.parametrize("shift", SHIFTS)
def test_moved_borders(harness: WebhookHarness, shift: str) -> None:
    talk = harness.open()
    form = harness.message_form(talk.alice, talk.alices, "hello")
    signature = sign(harness.url(), list(form.items()))
    both_ways(harness, lambda: [answer(harness.post(SHIFTS[shift](form), signature=signature))], by_loop=False)


def test_a_type_with_its_character_set(harness: WebhookHarness) -> None:
    """As the carrier writes it."""

    def send() -> list[Answer]:
        talk = harness.open()
        form = harness.message_form(talk.alice, talk.alices, "hello")
        kind = "application/x-www-form-urlencoded; charset=UTF-8"
        return [answer(harness.post(form, kind=kind), BOB=talk.bob, BOBS=talk.bobs)]

    both_ways(harness, send, by_loop=True)


def test_a_status(harness: WebhookHarness) -> None:
    def send() -> list[Answer]:
        talk = harness.open()
        harness.post(harness.message_form(talk.alice, talk.alices, "hello"))
        interaction = talk.session.interactions.list()[0].sid
        form = {"AccountSid": ACCOUNT, "MessageSid": "SM" + "7" * 32, "MessageStatus": "sent"}
        url = harness.status_url(interaction)
        return [
            answer(harness.post(form, url=url)),
            answer(harness.post(form, url=url[:-1] + ("a" if url[-1] == "_" else "_"))),
        ]

    both_ways(harness, send, by_loop=False)
