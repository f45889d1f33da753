"""An operator can block a Service, a proxy number, a Session or a person, with immediate effect."""

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
from services.api_keys import add_key
from storage import keys
from tests.support.stack import ACCOUNT, TOKEN
from tests.support.webhooks import Clock, Conversation, WebhookHarness

UNAVAILABLE = SENTENCES["unavailable"]["en"]
HELLO = "is it still there?"


@pytest.fixture(autouse=True)
def nothing_stays_blocked(harness: WebhookHarness) -> Iterator[None]:
    yield
    harness.stack.runtime.store.client.delete(keys.service("blocks", harness.sid))


def ops(
    harness: WebhookHarness, method: str, path: str = "", auth: Any = (ACCOUNT, TOKEN), **form: str
) -> requests.Response:
    url = f"{harness.stack.url}/ops/v1/blocks/{harness.sid}{path}"
    return requests.request(method, url, data=form or None, auth=auth, timeout=30)


def text(harness: WebhookHarness, conversation: Conversation) -> str:
    return harness.text(conversation.alice, conversation.alices, HELLO)


def call(harness: WebhookHarness, conversation: Conversation) -> str:
    form = {
        "AccountSid": ACCOUNT,
        "CallSid": new("CA"),
        "From": conversation.alice,
        "To": conversation.alices,
        "CallStatus": "ringing",
    }
    return harness.post(form, harness.url("voice")).text


#: What is blocked, and the answers that Alice then gets to a text and to a call to Bob.
STOPS: dict[str, tuple[Callable[[WebhookHarness, Conversation], dict[str, str]], str, str]] = {
    "the Service": (lambda harness, conversation: {"Scope": "service"}, "<Response/>", UNAVAILABLE),
    "her number": (
        lambda harness, conversation: {"Scope": "number", "Number": conversation.alices}, "<Response/>", UNAVAILABLE
    ),
    "his number": (
        lambda harness, conversation: {"Scope": "number", "Number": conversation.bobs}, "<Response/>", UNAVAILABLE
    ),
    "the Session": (
        lambda harness, conversation: {"Scope": "session", "Session": str(conversation.session.fetch().sid)},
        UNAVAILABLE, UNAVAILABLE,
    ),
    "Alice": (
        lambda harness, conversation: {"Scope": "person", "Person": conversation.alice}, "<Response/>", "<Reject"
    ),
    "Bob": (lambda harness, conversation: {"Scope": "person", "Person": conversation.bob}, UNAVAILABLE, UNAVAILABLE),
}  # fmt: skip


@pytest.mark.parametrize("what", STOPS)
def test_stopped_and_let_go(harness: WebhookHarness, conversation: Conversation, what: str) -> None:
    form, seen, heard = STOPS[what]
    assert ops(harness, "POST", **form(harness, conversation)).status_code == 201
    before = harness.writes()[1]
    assert seen in text(harness, conversation)
    assert heard in call(harness, conversation)
    refused = [event["d"] for event in harness.events(before) if event["t"] == "inbound.refused"]
    assert [(one["reason"], one["code"]) for one in refused] == [("blocked", 20403)] * 2
    assert {one.outbound_participant_sid for one in conversation.session.interactions.list()} == {None}
    assert harness.inbox(conversation.bob) == []
    assert ops(harness, "POST", "/lift", **form(harness, conversation)).status_code == 204
    assert "statusCallback" in text(harness, conversation) and "<Dial" in call(harness, conversation)


@pytest.mark.parametrize("what", STOPS)
def test_nothing_by_api_either(harness: WebhookHarness, conversation: Conversation, what: str) -> None:
    assert ops(harness, "POST", **STOPS[what][0](harness, conversation)).status_code == 201
    participant = conversation.session.participants(conversation.bob_sid)
    calls = f"{harness.stack.url}/proxy/v1/Services/{harness.sid}/Sessions/{conversation.session.fetch().sid}/Calls"
    answer = requests.post(calls, {"Participant": conversation.bob_sid}, auth=(ACCOUNT, TOKEN), timeout=30)
    assert (answer.status_code, answer.json()["code"]) == (403, 20403)
    if what in ("Alice", "her number"):
        # A text from the app to Bob does not depend on Alice or her proxy number.
        assert participant.message_interactions.create(body="hello").sid
        return
    with pytest.raises(TwilioRestException) as error:
        participant.message_interactions.create(body="hello")
    assert (error.value.status, error.value.code) == (403, 20403)
    assert conversation.session.interactions.list() == []


@pytest.mark.parametrize("what", ["the Service", "the Session", "Bob", "his number"])
def test_what_waits_is_kept_for_the_operator(harness: WebhookHarness, conversation: Conversation, what: str) -> None:
    """A blocked text stays parked: lifting the block neither deletes it nor sends it. Only a retry sends it."""
    made = conversation.session.participants(conversation.bob_sid).message_interactions.create(body="hello")
    ops(harness, "POST", **STOPS[what][0](harness, conversation))
    work(harness)
    assert harness.inbox(conversation.bob) == []
    outbox = f"{harness.stack.url}/ops/v1/outbox/{harness.sid}"
    listed = requests.get(outbox, auth=(ACCOUNT, TOKEN), timeout=30).json()["outbox"]
    assert [(one["state"], one["reason"]) for one in listed if one["interaction_sid"] == made.sid] == [
        ("parked", "blocked")
    ]
    ops(harness, "POST", "/lift", **STOPS[what][0](harness, conversation))
    work(harness)
    assert harness.inbox(conversation.bob) == []
    requests.post(f"{outbox}/{made.sid}/retry", auth=(ACCOUNT, TOKEN), timeout=30)
    work(harness)
    assert [body for _, body in harness.inbox(conversation.bob)] == ["hello"]


def work(harness: WebhookHarness) -> None:
    assert harness.clock
    harness.clock.advance(10)
    run.send_due(harness.stack.runtime, harness.sid, ACCOUNT)
    assert harness.stack.runtime.part(run.OutboxWorker).wait(60)
    assert harness.sim("GET", "/settle")["settled"]


def test_stop_is_still_heard(harness: WebhookHarness, conversation: Conversation) -> None:
    ops(harness, "POST", Scope="service")
    before = harness.writes()[1]
    harness.text(conversation.alice, conversation.alices, "STOP")
    assert "person.opted_out" in [event["t"] for event in harness.events(before)]


def test_a_person_in_all_their_sessions_however_spelled(harness: WebhookHarness, clock: Clock) -> None:
    conversation = harness.open(spell=lambda number: f"{number[:2]} ({number[2:5]}) {number[5:8]}-{number[8:]}")
    assert ops(harness, "POST", Scope="person", Person=conversation.alice).status_code == 201
    assert (
        ops(harness, "POST", Scope="person", Person=f" {conversation.alice[:5]}-{conversation.alice[5:]} ").status_code
        == 200
    )
    assert "<Response/>" in text(harness, conversation)


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
def test_what_is_not_there_cannot_be_stopped(harness: WebhookHarness, conversation: Conversation, what: str) -> None:
    form = UNKNOWN[what] | ({} if UNKNOWN[what].get("Number") != "" else {"Number": conversation.alices[1:]})
    answer = ops(harness, "POST", **form)
    assert (answer.status_code, answer.json()["code"]) == (404, 20404)
    assert "statusCallback" in text(harness, conversation)


@pytest.mark.parametrize("option", ["--number", "--session"])
def test_an_empty_option_is_not_the_whole_service(
    harness: WebhookHarness, conversation: Conversation, option: str
) -> None:
    run = harness.stack.app.test_cli_runner()
    assert run.invoke(commands, ["add", harness.sid, option, ""]).exit_code == 1
    assert "statusCallback" in text(harness, conversation)
    ops(harness, "POST", Scope="service")
    assert run.invoke(commands, ["remove", harness.sid, option, ""]).exit_code == 1
    assert "<Response/>" in text(harness, conversation)


def test_who_is_blocked_hears_nothing_of_limits_either(
    harness: WebhookHarness, conversation: Conversation, rates: Any
) -> None:
    rates["message"]["person"] = rates["voice"]["person"] = 1
    ops(harness, "POST", Scope="person", Person=conversation.alice)
    assert ["<Response/>" in text(harness, conversation) for _ in range(4)] == [True] * 4
    assert ["<Reject" in call(harness, conversation) for _ in range(4)] == [True] * 4
    ops(harness, "POST", Scope="service")
    assert "<Reject" in call(harness, conversation)


@pytest.mark.parametrize("what", BAD)
@pytest.mark.parametrize("path", ["", "/lift"])
def test_bad_input(harness: WebhookHarness, what: str, path: str) -> None:
    before = harness.writes()[1]
    answer = ops(harness, "POST", path, **BAD[what])
    assert (answer.status_code, answer.json()["status"]) == (400, 400)
    assert "call me" not in answer.text
    assert harness.writes()[1] == before


def test_who_may(harness: WebhookHarness, conversation: Conversation) -> None:
    sid, secret = add_key(harness.stack.runtime, ACCOUNT, "read-only", "")
    assert ops(harness, "GET", auth=(sid, secret)).status_code == 200
    assert ops(harness, "POST", auth=(sid, secret), Scope="service").status_code == 403
    assert ops(harness, "POST", auth=("AC" + "2" * 32, "wrong"), Scope="service").status_code == 401
    assert "statusCallback" in text(harness, conversation)


def test_lifting_what_is_not_blocked(harness: WebhookHarness) -> None:
    assert ops(harness, "POST", "/lift", Scope="service").status_code == 404


def test_the_list_and_the_keys_hold_no_number_in_clear(harness: WebhookHarness, conversation: Conversation) -> None:
    ops(harness, "POST", Scope="person", Person=conversation.alice)
    ops(harness, "POST", Scope="number", Number=conversation.bobs)
    found = ops(harness, "GET").json()["blocks"]
    assert [one["scope"] for one in found] == ["number", "person"]
    stored: Any = harness.stack.runtime.store.client.hgetall(keys.service("blocks", harness.sid))
    told = [event for event in harness.events() if event["t"] == "block.set"]
    for place in (str(found), str(stored), str(told)):
        assert conversation.alice[2:] not in place


def test_command(harness: WebhookHarness, conversation: Conversation) -> None:
    run = harness.stack.app.test_cli_runner()
    done = run.invoke(commands, ["add", harness.sid, "--person"], input=f"{conversation.alice}\n")
    assert (done.exit_code, done.output.splitlines()[-1]) == (0, "person: blocked")
    assert conversation.alice not in done.output
    assert "<Response/>" in text(harness, conversation)
    session = str(conversation.session.fetch().sid)
    assert run.invoke(commands, ["add", harness.sid, "--session", session]).output == "session: blocked\n"
    assert run.invoke(commands, ["add", harness.sid, "--number", conversation.bobs]).output == "number: blocked\n"
    assert run.invoke(commands, ["add", harness.sid]).output == "service: blocked\n"
    assert run.invoke(commands, ["add", harness.sid]).output == "service: was already blocked\n"
    shown = run.invoke(commands, ["list", harness.sid]).output
    assert [line.split()[0] for line in shown.splitlines()[1:]] == ["number", "person", "service", "session"]
    assert (
        conversation.alice not in shown
        and conversation.alice in run.invoke(commands, ["list", harness.sid, "--numbers"]).output
    )
    index = next(line.split()[1] for line in shown.splitlines() if line.startswith("person"))
    lifted = [
        run.invoke(commands, ["remove", harness.sid, "--person"], input=f"{index}\n"),
        run.invoke(commands, ["remove", harness.sid, "--number", conversation.bobs]),
        run.invoke(commands, ["remove", harness.sid, "--session", session]),
        run.invoke(commands, ["remove", harness.sid]),
    ]
    assert [one.output.splitlines()[-1].split(": ")[1] for one in lifted] == ["unblocked"] * 4
    assert "statusCallback" in text(harness, conversation)
    two = run.invoke(commands, ["add", harness.sid, "--number", conversation.bobs, "--person"])
    assert two.exit_code == 1 and "name one of" in two.output
    assert run.invoke(commands, ["add", new("KS")]).exit_code == 1
    bad = run.invoke(commands, ["add", harness.sid, "--person"], input="call me at 5\n")
    assert bad.exit_code == 1 and "call me at 5" not in bad.output
