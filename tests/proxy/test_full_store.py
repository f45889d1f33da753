"""A store that fills up: creations are refused, then all but relaying and closing; at last nothing is done by half."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import requests

from common import store_memory
from common.sids import new
from common.store_memory import Level, Memory, StoreMemory, memory_of
from dev import store as embedded
from proxy import full_store
from storage.library import RUN_WHEN_FULL, functions
from tests.support.stack import ACCOUNT, TOKEN, Stack
from tests.support.webhooks import Conversation, WebhookHarness

MOST = 64 << 20
FILLER = "filler"


@pytest.fixture(scope="module")
def harness(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WebhookHarness]:
    """With a store of its own, whose memory is small."""
    server = embedded.start(tmp_path_factory.mktemp("full"), port=embedded.free_port(0))
    stack = Stack(server.url)
    yield WebhookHarness(stack, numbers=3)
    stack.stop()
    server.stop()


@pytest.fixture
def memory(harness: WebhookHarness, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Each request asks the store, and the store has MOST bytes; they are free again after the test."""
    monkeypatch.setattr(store_memory, "SECONDS", 0.0)
    client = harness.stack.runtime.store.client
    client.config_set("maxmemory", MOST)
    yield
    client.config_set("maxmemory", 0)
    client.delete(FILLER)


def fill(harness: WebhookHarness, percent: int) -> None:
    """Uses so much of the store's memory."""
    client = harness.stack.runtime.store.client
    client.config_set("maxmemory", 0)
    client.delete(FILLER)
    free: Any = client.info("memory")
    client.setrange(FILLER, MOST * percent // 100 - free["used_memory"], b"x")
    client.config_set("maxmemory", MOST)


def api(harness: WebhookHarness, method: str, path: str, key: str = "", **form: str) -> requests.Response:
    url = f"{harness.stack.url}{path.format(service=f'/proxy/v1/Services/{harness.sid}')}"
    headers = {"Idempotency-Key": key} if key else {}
    return requests.request(method, url, data=form or None, headers=headers, auth=(ACCOUNT, TOKEN), timeout=30)


def refused(answer: requests.Response) -> bool:
    if answer.status_code != 503:
        return False
    assert answer.json()["code"] == 20503 and answer.headers["Retry-After"] == "30", answer.text
    return True


def relays(harness: WebhookHarness, conversation: Conversation) -> bool:
    form = harness.message_form(conversation.alice, conversation.alices, "are you there?")
    return "statusCallback" in harness.post(form).text


def test_at_75_percent_nothing_is_created(harness: WebhookHarness, memory: None) -> None:
    conversation, key = harness.open(), new("once-")
    session = f"{{service}}/Sessions/{conversation.session.fetch().sid}"
    fill(harness, 80)
    assert refused(api(harness, "POST", "/proxy/v1/Services", UniqueName=new("over-")))
    assert refused(api(harness, "POST", "{service}/Sessions", key))
    assert refused(api(harness, "POST", f"{session}/Participants", Identifier=harness.new_person()))
    assert refused(api(harness, "POST", "{service}/Notices/busy", Text="Busy."))
    assert relays(harness, conversation)
    assert (
        api(harness, "POST", f"/ops/v1/blocks/{harness.sid}", Scope="person", Person="+15105559999").status_code == 201
    )
    assert api(harness, "POST", session, Ttl="900").status_code == 200
    assert api(harness, "GET", "{service}/Sessions").status_code == 200
    fill(harness, 60)
    # The refused request has used up neither its key nor anything else.
    assert api(harness, "POST", "{service}/Sessions", key).status_code == 201


def test_at_90_percent_only_relaying_reading_and_closing_go_on(harness: WebhookHarness, memory: None) -> None:
    conversation, other = harness.open(), harness.open()
    session = f"{{service}}/Sessions/{conversation.session.fetch().sid}"
    message = f"{{service}}/Sessions/{other.session.fetch().sid}/Participants/{other.bob_sid}/MessageInteractions"
    fill(harness, 80)
    assert api(harness, "POST", message, Body="on my way").status_code == 201
    fill(harness, 95)
    assert refused(api(harness, "POST", message, Body="on my way"))
    assert refused(api(harness, "POST", session, Ttl="901"))
    assert refused(api(harness, "POST", "{service}", DefaultTtl="5"))
    assert relays(harness, conversation)
    assert api(harness, "GET", session).json()["ttl"] != 901
    assert api(harness, "POST", session, Status="closed").json()["status"] == "closed"
    assert api(harness, "DELETE", session).status_code == 204


def test_a_full_store_changes_nothing_by_half_and_can_be_emptied(harness: WebhookHarness, memory: None) -> None:
    conversation, other = harness.open(), harness.open()
    form = harness.message_form(conversation.alice, conversation.alices, "are you there?")
    fill(harness, 101)
    before, events = harness.writes(), len(harness.events())
    assert harness.post(form).status_code == 503
    assert refused(api(harness, "POST", "{service}/Sessions"))
    assert (harness.writes()[1:], len(harness.events())) == (before[1:], events)
    assert api(harness, "GET", "{service}/Sessions").status_code == 200
    assert api(harness, "DELETE", f"{{service}}/Sessions/{other.session.fetch().sid}").status_code == 204
    fill(harness, 50)
    # The carrier asks again, and the text is relayed once.
    assert "statusCallback" in harness.post(form).text
    assert api(harness, "POST", "{service}/Sessions").status_code == 201


def test_the_level_is_logged_and_shown(harness: WebhookHarness, memory: None, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO", "maskline.memory")
    fill(harness, 80)
    assert refused(api(harness, "POST", "{service}/Sessions"))
    assert "80 %): new Services, numbers, Sessions" in caplog.text
    shown = requests.get(f"{harness.stack.url}/readyz", timeout=30).json()
    assert shown["store_memory"] == "scarce"
    fill(harness, 50)
    assert api(harness, "POST", "{service}/Sessions").status_code == 201
    assert "everything is accepted again; 1 requests were refused before" in caplog.text


@pytest.mark.parametrize(
    ("used", "maxmemory", "megabytes", "level"),
    [
        (74, 100, 0, Level.ROOM), (75, 100, 0, Level.SCARCE), (89, 100, 0, Level.SCARCE), (90, 100, 0, Level.RESERVED),
        (200, 100, 0, Level.RESERVED), (200, 0, 0, Level.ROOM), (80, 0, 100, Level.SCARCE),
        (80, 1000, 100, Level.SCARCE), (80, 100, 1000, Level.SCARCE),
    ],
)  # fmt: skip
def test_levels(used: int, maxmemory: int, megabytes: int, level: Level) -> None:
    info = {"used_memory": used << 20, "maxmemory": maxmemory << 20}
    assert memory_of(info, megabytes).level == level


def test_a_store_that_does_not_answer_refuses_nothing_here(harness: WebhookHarness) -> None:
    """Whatever is asked for needs the store too, so its own error is the right one."""
    assert StoreMemory(harness.stack.runtime).read().most == 0
    assert Memory(1, 0).level == Level.ROOM


def test_each_endpoint_and_each_function_that_is_named_exists(harness: WebhookHarness) -> None:
    endpoints = {rule.endpoint for rule in harness.stack.app.url_map.iter_rules() if "POST" in (rule.methods or ())}
    assert endpoints >= full_store.CREATE | full_store.ALWAYS | {"api.sessions.update"}
    assert set(functions()) > RUN_WHEN_FULL
