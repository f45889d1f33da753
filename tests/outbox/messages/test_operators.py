"""/ops/v1/outbox and `flask outbox`: messages that wait, messages that are parked, and what operators do with them."""

from __future__ import annotations

from typing import Any

import pytest

from common.sids import new
from jobs import recurring
from outbox import run
from services.api_keys import add_key
from tests.support.outbox import OutboxHarness
from tests.support.stack import ACCOUNT

# Slow: runs commands, each of which starts the application.
pytestmark = pytest.mark.slow


GIVEN_UP = (1, 2, 4, 8, 15, 30, 60)


@pytest.fixture
def parked(harness: OutboxHarness) -> Any:
    conversation = harness.open()
    harness.fault("429", count=8)
    made = harness.send(conversation, "hello")
    harness.run_job(*GIVEN_UP)
    return conversation, made


def test_the_list(harness: OutboxHarness, parked: Any) -> None:
    conversation, made = parked
    waits = harness.send(conversation, "x" * 200)
    (found,) = harness.listed("parked")
    base = f"{harness.webhooks.stack.url}/ops/v1/outbox/{harness.webhooks.sid}/{made.sid}"
    assert found.pop("date_created") and found.pop("date_last_attempt")
    assert found == {
        "interaction_sid": made.sid, "service_sid": harness.webhooks.sid, "session_sid": made.session_sid,
        "participant_sid": conversation.bob_sid, "state": "parked", "reason": "carrier_busy", "attempts": 8,
        "segments": 1,
        "source": "app", "held_until": None, "parts_sent": 0,
        "links": {"retry": f"{base}/retry", "drop": f"{base}/drop"},
    }  # fmt: skip
    (found,) = harness.listed("waiting")
    assert (found["interaction_sid"], found["state"], found["segments"]) == (waits.sid, "ready", 2)
    assert (found["reason"], found["attempts"], found["date_last_attempt"]) == (None, 0, None)


def test_pages(harness: OutboxHarness) -> None:
    conversation = harness.open()
    made = [harness.send(conversation, f"number {n}").sid for n in range(5)]
    seen, query = [], {"State": "waiting", "PageSize": "2"}
    for _ in range(3):
        body = harness.ops("GET", "", **query).json()
        seen += [one["interaction_sid"] for one in body["outbox"]]
        following = body["meta"]["next_page_url"]
        query = dict(pair.split("=") for pair in following.partition("?")[2].split("&")) if following else {}
        query = {**query, "State": "waiting"}
    assert seen == made and following is None


@pytest.mark.parametrize("how", ["api", "cli"])
@pytest.mark.parametrize("act", ["retry", "drop"])
def test_release(harness: OutboxHarness, parked: Any, how: str, act: str) -> None:
    conversation, made = parked
    if how == "api":
        assert harness.ops("POST", f"/{made.sid}/{act}").status_code == 204
        assert harness.ops("POST", f"/{made.sid}/{act}").status_code == 404
    else:
        done = command(harness, act, harness.webhooks.sid, made.sid)
        assert (done.exit_code, done.output) == (0, f"{made.sid}: {act}\n")
        assert command(harness, act, harness.webhooks.sid, made.sid).exit_code == 1
    harness.run_job(1)
    assert harness.received(conversation.bob) == (["hello"] if act == "retry" else [])
    assert harness.state(made)[0] == ("delivered" if act == "retry" else "canceled")
    assert harness.listed("parked") == [] and harness.keys_left() == []
    if act == "drop":
        assert harness.events("message.canceled") == [{"interaction": made.sid, "reason": "operator"}]
    else:
        assert harness.events("message.released") == [{"interaction": made.sid}]


def command(harness: OutboxHarness, *words: str) -> Any:
    return harness.webhooks.stack.app.test_cli_runner().invoke(args=["outbox", *words])


def test_the_list_on_the_command_line(harness: OutboxHarness, parked: Any) -> None:
    _, made = parked
    [line] = command(harness, "list", harness.webhooks.sid).output.splitlines()[1:]
    assert line.split()[:3] == [made.sid, "parked", "8"] and line.split()[-2:] == ["carrier_busy", "-"]
    assert command(harness, "list", harness.webhooks.sid, "--state", "waiting").output == "No message is waiting.\n"
    missing = command(harness, "list", new("KS"))
    assert missing.exit_code == 1 and "not found" in missing.output


def test_a_retry_stands_behind_what_waits(harness: OutboxHarness, parked: Any) -> None:
    conversation, made = parked
    harness.send(conversation, "first now")
    assert harness.ops("POST", f"/{made.sid}/retry").status_code == 204
    harness.run_job(1, 1)
    assert harness.received(conversation.bob) == ["first now", "hello"]


def test_what_was_deleted_meanwhile(harness: OutboxHarness, parked: Any) -> None:
    conversation, made = parked
    assert conversation.session.interactions(made.sid).delete()
    for one in harness.listed("parked"):
        assert harness.ops("POST", f"/{one['interaction_sid']}/retry").status_code == 204
    harness.run_job(1)
    assert harness.received(conversation.bob) == [] and harness.keys_left() == []


def test_roles_and_bad_input(harness: OutboxHarness, parked: Any) -> None:
    _, made = parked
    sid, secret = add_key(harness.rt, ACCOUNT, "read-only", "")
    assert harness.ops("GET", "", sid, secret).status_code == 200
    assert harness.ops("POST", f"/{made.sid}/drop", sid, secret).status_code == 403
    assert harness.ops("GET", "", ACCOUNT, "wrong").status_code == 401
    assert harness.ops("GET", "", State="sold").status_code == 400
    assert harness.ops("POST", f"/{made.sid}/sell").status_code == 404
    assert harness.ops("POST", f"/{new('KI')}/drop").status_code == 404
    assert [one["interaction_sid"] for one in harness.listed("parked")] == [made.sid]


def test_the_job_finds_what_waits(harness: OutboxHarness) -> None:
    conversation = harness.open()
    harness.patch.setattr(recurring, "runtime", lambda: harness.rt)
    assert run.services_with_messages(harness.rt, [harness.webhooks.sid]) == []
    harness.send(conversation, "hello")
    assert run.services_with_messages(harness.rt, [harness.webhooks.sid, new("KS")]) == [harness.webhooks.sid]
    recurring.send()
    assert harness.rt.part(run.OutboxWorker).wait(60)
    assert harness.received(conversation.bob) == ["hello"]
    assert run.services_with_messages(harness.rt, [harness.webhooks.sid]) == []
