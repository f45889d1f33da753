"""/ops/v1/outbox and `flask outbox`: what waits, what was given up, and what becomes of it."""

from __future__ import annotations

from typing import Any

import pytest

from common.sids import new
from jobs import recurring
from outbox import run
from services import accounts
from tests.outbox.messages.office import Office
from tests.support.stack import ACCOUNT

# Slow: runs commands, each of which starts the application.
pytestmark = pytest.mark.slow


GIVEN_UP = (1, 2, 4, 8, 15, 30, 60)


@pytest.fixture
def parked(office: Office) -> Any:
    talk = office.open()
    office.fault("429", count=8)
    made = office.send(talk, "hello")
    office.work(*GIVEN_UP)
    return talk, made


def test_the_list(office: Office, parked: Any) -> None:
    talk, made = parked
    waits = office.send(talk, "x" * 200)
    (found,) = office.listed("parked")
    base = f"{office.scene.stack.url}/ops/v1/outbox/{office.scene.sid}/{made.sid}"
    assert found.pop("date_created") and found.pop("date_last_attempt")
    assert found == {
        "interaction_sid": made.sid, "service_sid": office.scene.sid, "session_sid": made.session_sid,
        "participant_sid": talk.bob_sid, "state": "parked", "reason": "carrier_busy", "attempts": 8, "segments": 1,
        "source": "app", "held_until": None, "parts_sent": 0,
        "links": {"retry": f"{base}/retry", "drop": f"{base}/drop"},
    }  # fmt: skip
    (found,) = office.listed("waiting")
    assert (found["interaction_sid"], found["state"], found["segments"]) == (waits.sid, "ready", 2)
    assert (found["reason"], found["attempts"], found["date_last_attempt"]) == (None, 0, None)


def test_pages(office: Office) -> None:
    talk = office.open()
    made = [office.send(talk, f"number {n}").sid for n in range(5)]
    seen, query = [], {"State": "waiting", "PageSize": "2"}
    for _ in range(3):
        body = office.ops("GET", "", **query).json()
        seen += [one["interaction_sid"] for one in body["outbox"]]
        following = body["meta"]["next_page_url"]
        query = dict(pair.split("=") for pair in following.partition("?")[2].split("&")) if following else {}
        query = {**query, "State": "waiting"}
    assert seen == made and following is None


@pytest.mark.parametrize("how", ["api", "cli"])
@pytest.mark.parametrize("act", ["retry", "drop"])
def test_release(office: Office, parked: Any, how: str, act: str) -> None:
    talk, made = parked
    if how == "api":
        assert office.ops("POST", f"/{made.sid}/{act}").status_code == 204
        assert office.ops("POST", f"/{made.sid}/{act}").status_code == 404
    else:
        done = command(office, act, office.scene.sid, made.sid)
        assert (done.exit_code, done.output) == (0, f"{made.sid}: {act}\n")
        assert command(office, act, office.scene.sid, made.sid).exit_code == 1
    office.work(1)
    assert office.told(talk.bob) == (["hello"] if act == "retry" else [])
    assert office.state(made)[0] == ("delivered" if act == "retry" else "canceled")
    assert office.listed("parked") == [] and office.left() == []
    if act == "drop":
        assert office.events("message.canceled") == [{"interaction": made.sid, "reason": "operator"}]
    else:
        assert office.events("message.released") == [{"interaction": made.sid}]


def command(office: Office, *words: str) -> Any:
    return office.scene.stack.app.test_cli_runner().invoke(args=["outbox", *words])


def test_the_list_on_the_command_line(office: Office, parked: Any) -> None:
    _, made = parked
    [line] = command(office, "list", office.scene.sid).output.splitlines()[1:]
    assert line.split()[:3] == [made.sid, "parked", "8"] and line.split()[-2:] == ["carrier_busy", "-"]
    assert command(office, "list", office.scene.sid, "--state", "waiting").output == "No message is waiting.\n"
    missing = command(office, "list", new("KS"))
    assert missing.exit_code == 1 and "not found" in missing.output


def test_a_retry_stands_behind_what_waits(office: Office, parked: Any) -> None:
    talk, made = parked
    office.send(talk, "first now")
    assert office.ops("POST", f"/{made.sid}/retry").status_code == 204
    office.work(1, 1)
    assert office.told(talk.bob) == ["first now", "hello"]


def test_what_was_deleted_meanwhile(office: Office, parked: Any) -> None:
    talk, made = parked
    assert talk.session.interactions(made.sid).delete()
    for one in office.listed("parked"):
        assert office.ops("POST", f"/{one['interaction_sid']}/retry").status_code == 204
    office.work(1)
    assert office.told(talk.bob) == [] and office.left() == []


def test_roles_and_bad_input(office: Office, parked: Any) -> None:
    _, made = parked
    sid, secret = accounts.add_key(office.rt, ACCOUNT, "read-only", "")
    assert office.ops("GET", "", sid, secret).status_code == 200
    assert office.ops("POST", f"/{made.sid}/drop", sid, secret).status_code == 403
    assert office.ops("GET", "", ACCOUNT, "wrong").status_code == 401
    assert office.ops("GET", "", State="sold").status_code == 400
    assert office.ops("POST", f"/{made.sid}/sell").status_code == 404
    assert office.ops("POST", f"/{new('KI')}/drop").status_code == 404
    assert [one["interaction_sid"] for one in office.listed("parked")] == [made.sid]


def test_the_job_finds_what_waits(office: Office) -> None:
    talk = office.open()
    office.patch.setattr(recurring, "runtime", lambda: office.rt)
    assert run.waiting(office.rt, [office.scene.sid]) == []
    office.send(talk, "hello")
    assert run.waiting(office.rt, [office.scene.sid, new("KS")]) == [office.scene.sid]
    recurring.send()
    assert office.rt.part(run.OutboxWorker).wait(60)
    assert office.told(talk.bob) == ["hello"]
    assert run.waiting(office.rt, [office.scene.sid]) == []
