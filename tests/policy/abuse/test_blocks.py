"""What an operator stops at once: a Service, a number, a Session, a person."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import requests
from twilio.base.exceptions import TwilioRestException

from common.sids import new
from outbox import run
from policy.sentences.sentences import SENTENCES
from proxy.cli.blocks import blocks as commands
from services import accounts
from storage import keys
from tests.proxy.webhooks.scene import Clock, Scene, Talk
from tests.support.stack import ACCOUNT, TOKEN

UNAVAILABLE = SENTENCES["unavailable"]["en"]
HELLO = "is it still there?"


@pytest.fixture(autouse=True)
def nothing_stays_blocked(scene: Scene) -> Iterator[None]:
    yield
    scene.stack.runtime.store.client.delete(keys.service("blocks", scene.sid))


def ops(scene: Scene, method: str, path: str = "", auth: Any = (ACCOUNT, TOKEN), **form: str) -> requests.Response:
    url = f"{scene.stack.url}/ops/v1/blocks/{scene.sid}{path}"
    return requests.request(method, url, data=form or None, auth=auth, timeout=30)


def text(scene: Scene, talk: Talk) -> str:
    return scene.text(talk.alice, talk.alices, HELLO)


def call(scene: Scene, talk: Talk) -> str:
    form = {"AccountSid": ACCOUNT, "CallSid": new("CA"), "From": talk.alice, "To": talk.alices, "CallStatus": "ringing"}
    return scene.post(form, scene.url("voice")).text


#: What is stopped, and what Alice then sees and hears of it, who texts and calls Bob.
STOPS: dict[str, tuple[Callable[[Scene, Talk], dict[str, str]], str, str]] = {
    "the Service": (lambda scene, talk: {"Scope": "service"}, "<Response/>", UNAVAILABLE),
    "her number": (lambda scene, talk: {"Scope": "number", "Number": talk.alices}, "<Response/>", UNAVAILABLE),
    "his number": (lambda scene, talk: {"Scope": "number", "Number": talk.bobs}, "<Response/>", UNAVAILABLE),
    "the Session": (
        lambda scene, talk: {"Scope": "session", "Session": str(talk.session.fetch().sid)}, UNAVAILABLE, UNAVAILABLE
    ),
    "Alice": (lambda scene, talk: {"Scope": "person", "Person": talk.alice}, "<Response/>", "<Reject"),
    "Bob": (lambda scene, talk: {"Scope": "person", "Person": talk.bob}, UNAVAILABLE, UNAVAILABLE),
}  # fmt: skip


@pytest.mark.parametrize("what", STOPS)
def test_stopped_and_let_go(scene: Scene, talk: Talk, what: str) -> None:
    form, seen, heard = STOPS[what]
    assert ops(scene, "POST", **form(scene, talk)).status_code == 201
    before = scene.writes()[1]
    assert seen in text(scene, talk)
    assert heard in call(scene, talk)
    refused = [event["d"] for event in scene.events(before) if event["t"] == "inbound.refused"]
    assert [(one["reason"], one["code"]) for one in refused] == [("blocked", 20403)] * 2
    assert {one.outbound_participant_sid for one in talk.session.interactions.list()} == {None}
    assert scene.inbox(talk.bob) == []
    assert ops(scene, "POST", "/lift", **form(scene, talk)).status_code == 204
    assert "statusCallback" in text(scene, talk) and "<Dial" in call(scene, talk)


@pytest.mark.parametrize("what", STOPS)
def test_nothing_by_api_either(scene: Scene, talk: Talk, what: str) -> None:
    assert ops(scene, "POST", **STOPS[what][0](scene, talk)).status_code == 201
    participant = talk.session.participants(talk.bob_sid)
    calls = f"{scene.stack.url}/proxy/v1/Services/{scene.sid}/Sessions/{talk.session.fetch().sid}/Calls"
    answer = requests.post(calls, {"Participant": talk.bob_sid}, auth=(ACCOUNT, TOKEN), timeout=30)
    assert (answer.status_code, answer.json()["code"]) == (403, 20403)
    if what in ("Alice", "her number"):
        # What the app says to Bob has nothing to do with her.
        assert participant.message_interactions.create(body="hello").sid
        return
    with pytest.raises(TwilioRestException) as error:
        participant.message_interactions.create(body="hello")
    assert (error.value.status, error.value.code) == (403, 20403)
    assert talk.session.interactions.list() == []


@pytest.mark.parametrize("what", ["the Service", "the Session", "Bob", "his number"])
def test_what_waits_is_kept_for_the_operator(scene: Scene, talk: Talk, what: str) -> None:
    """Not lost by a slip of the hand, and not sent hours later by itself."""
    made = talk.session.participants(talk.bob_sid).message_interactions.create(body="hello")
    ops(scene, "POST", **STOPS[what][0](scene, talk))
    work(scene)
    assert scene.inbox(talk.bob) == []
    outbox = f"{scene.stack.url}/ops/v1/outbox/{scene.sid}"
    listed = requests.get(outbox, auth=(ACCOUNT, TOKEN), timeout=30).json()["outbox"]
    assert [(one["state"], one["reason"]) for one in listed if one["interaction_sid"] == made.sid] == [
        ("parked", "blocked")
    ]
    ops(scene, "POST", "/lift", **STOPS[what][0](scene, talk))
    work(scene)
    assert scene.inbox(talk.bob) == []
    requests.post(f"{outbox}/{made.sid}/retry", auth=(ACCOUNT, TOKEN), timeout=30)
    work(scene)
    assert [body for _, body in scene.inbox(talk.bob)] == ["hello"]


def work(scene: Scene) -> None:
    assert scene.clock
    scene.clock.advance(10)
    run.send_due(scene.stack.runtime, scene.sid, ACCOUNT)
    assert scene.stack.runtime.part(run.OutboxWorker).wait(60)
    assert scene.sim("GET", "/settle")["settled"]


def test_stop_is_still_heard(scene: Scene, talk: Talk) -> None:
    ops(scene, "POST", Scope="service")
    before = scene.writes()[1]
    scene.text(talk.alice, talk.alices, "STOP")
    assert "person.opted_out" in [event["t"] for event in scene.events(before)]


def test_a_person_in_all_their_sessions_however_spelled(scene: Scene, clock: Clock) -> None:
    talk = scene.open(spell=lambda number: f"{number[:2]} ({number[2:5]}) {number[5:8]}-{number[8:]}")
    assert ops(scene, "POST", Scope="person", Person=talk.alice).status_code == 201
    assert ops(scene, "POST", Scope="person", Person=f" {talk.alice[:5]}-{talk.alice[5:]} ").status_code == 200
    assert "<Response/>" in text(scene, talk)


BAD = {
    "no scope": {"Scope": ""},
    "another scope": {"Scope": "world"},
    "no person": {"Scope": "person", "Person": ""},
    "no number of a person": {"Scope": "person", "Person": "call me"},
    "no proxy number": {"Scope": "number", "Number": "none"},
    "no Session": {"Scope": "session", "Session": "KC1"},
}
UNKNOWN = {
    "a Session of nobody": {"Scope": "session", "Session": "KC" + "1" * 32},
    "a number of no pool": {"Scope": "number", "Number": "+13125550000"},
    "a number whose plus was lost": {"Scope": "number", "Number": ""},
}


@pytest.mark.parametrize("what", UNKNOWN)
def test_what_is_not_there_cannot_be_stopped(scene: Scene, talk: Talk, what: str) -> None:
    form = UNKNOWN[what] | ({} if UNKNOWN[what].get("Number") != "" else {"Number": talk.alices[1:]})
    answer = ops(scene, "POST", **form)
    assert (answer.status_code, answer.json()["code"]) == (404, 20404)
    assert "statusCallback" in text(scene, talk)


@pytest.mark.parametrize("option", ["--number", "--session"])
def test_an_empty_option_is_not_the_whole_service(scene: Scene, talk: Talk, option: str) -> None:
    run = scene.stack.app.test_cli_runner()
    assert run.invoke(commands, ["add", scene.sid, option, ""]).exit_code == 1
    assert "statusCallback" in text(scene, talk)
    ops(scene, "POST", Scope="service")
    assert run.invoke(commands, ["remove", scene.sid, option, ""]).exit_code == 1
    assert "<Response/>" in text(scene, talk)


def test_who_is_blocked_hears_nothing_of_limits_either(scene: Scene, talk: Talk, rates: Any) -> None:
    rates["message"]["person"] = rates["voice"]["person"] = 1
    ops(scene, "POST", Scope="person", Person=talk.alice)
    assert ["<Response/>" in text(scene, talk) for _ in range(4)] == [True] * 4
    assert ["<Reject" in call(scene, talk) for _ in range(4)] == [True] * 4
    ops(scene, "POST", Scope="service")
    assert "<Reject" in call(scene, talk)


@pytest.mark.parametrize("what", BAD)
@pytest.mark.parametrize("path", ["", "/lift"])
def test_bad_input(scene: Scene, what: str, path: str) -> None:
    before = scene.writes()[1]
    answer = ops(scene, "POST", path, **BAD[what])
    assert (answer.status_code, answer.json()["status"]) == (400, 400)
    assert "call me" not in answer.text
    assert scene.writes()[1] == before


def test_who_may(scene: Scene, talk: Talk) -> None:
    sid, secret = accounts.add_key(scene.stack.runtime, ACCOUNT, "read-only", "")
    assert ops(scene, "GET", auth=(sid, secret)).status_code == 200
    assert ops(scene, "POST", auth=(sid, secret), Scope="service").status_code == 403
    assert ops(scene, "POST", auth=("AC" + "2" * 32, "wrong"), Scope="service").status_code == 401
    assert "statusCallback" in text(scene, talk)


def test_lifting_what_is_not_blocked(scene: Scene) -> None:
    assert ops(scene, "POST", "/lift", Scope="service").status_code == 404


def test_the_list_and_the_keys_hold_no_number_in_clear(scene: Scene, talk: Talk) -> None:
    ops(scene, "POST", Scope="person", Person=talk.alice)
    ops(scene, "POST", Scope="number", Number=talk.bobs)
    found = ops(scene, "GET").json()["blocks"]
    assert [one["scope"] for one in found] == ["number", "person"]
    stored: Any = scene.stack.runtime.store.client.hgetall(keys.service("blocks", scene.sid))
    told = [event for event in scene.events() if event["t"] == "block.set"]
    for place in (str(found), str(stored), str(told)):
        assert talk.alice[2:] not in place


def test_command(scene: Scene, talk: Talk) -> None:
    run = scene.stack.app.test_cli_runner()
    done = run.invoke(commands, ["add", scene.sid, "--person"], input=f"{talk.alice}\n")
    assert (done.exit_code, done.output.splitlines()[-1]) == (0, "person: stopped")
    assert talk.alice not in done.output
    assert "<Response/>" in text(scene, talk)
    session = str(talk.session.fetch().sid)
    assert run.invoke(commands, ["add", scene.sid, "--session", session]).output == "session: stopped\n"
    assert run.invoke(commands, ["add", scene.sid, "--number", talk.bobs]).output == "number: stopped\n"
    assert run.invoke(commands, ["add", scene.sid]).output == "service: stopped\n"
    assert run.invoke(commands, ["add", scene.sid]).output == "service: was stopped already\n"
    shown = run.invoke(commands, ["list", scene.sid]).output
    assert [line.split()[0] for line in shown.splitlines()[1:]] == ["number", "person", "service", "session"]
    assert talk.alice not in shown and talk.alice in run.invoke(commands, ["list", scene.sid, "--numbers"]).output
    index = next(line.split()[1] for line in shown.splitlines() if line.startswith("person"))
    lifted = [
        run.invoke(commands, ["remove", scene.sid, "--person"], input=f"{index}\n"),
        run.invoke(commands, ["remove", scene.sid, "--number", talk.bobs]),
        run.invoke(commands, ["remove", scene.sid, "--session", session]),
        run.invoke(commands, ["remove", scene.sid]),
    ]
    assert [one.output.splitlines()[-1].split(": ")[1] for one in lifted] == ["goes on"] * 4
    assert "statusCallback" in text(scene, talk)
    two = run.invoke(commands, ["add", scene.sid, "--number", talk.bobs, "--person"])
    assert two.exit_code == 1 and "name one of" in two.output
    assert run.invoke(commands, ["add", new("KS")]).exit_code == 1
    bad = run.invoke(commands, ["add", scene.sid, "--person"], input="call me at 5\n")
    assert bad.exit_code == 1 and "call me at 5" not in bad.output
