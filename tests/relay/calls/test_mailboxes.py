"""Whatever picks up that is no person: never heard by the caller unless the Service says `Whisper=false`."""

from __future__ import annotations

import pytest
import requests

from common.sids import new
from tests.proxy.webhooks.scene import Talk
from tests.proxy.webhooks.telephony import act, advance, bridged, call, heard, plan
from tests.relay.calls.stage import Stage
from tests.relay.calls.tables import DOCS, table, words
from tests.support.stack import ACCOUNT, TOKEN

OWNER = "Ophelia Quackenbush"
NO_PERSON = ["voicemail", "screening", "fax", "silent"]
WAYS = table("Mailboxes")
AT_ONCE, DETECTED, ASKED = WAYS


def default(scene: Stage) -> None:
    """As a Service of which nobody has said anything about `Whisper`."""
    scene.arrange(Whisper=str(of_new_service(scene)).lower())


def of_new_service(scene: Stage) -> bool:
    url = f"{scene.stack.url}/proxy/v1/Services"
    answer = requests.post(url, {"UniqueName": new("new-")}, auth=(ACCOUNT, TOKEN), timeout=30)
    assert answer.status_code == 201
    return bool(answer.json()["whisper"])


def voices(scene: Stage, phone: str) -> str:
    return " ".join(str(one["text"]) for one in heard(scene, phone) if one["kind"] == "voice")


@pytest.mark.parametrize("kind", NO_PERSON)
def test_no_machine_is_heard_by_default(scene: Stage, talk: Talk, kind: str) -> None:
    """README's promise: a mailbox ends in a sentence of ours, never in the other side's own announcement."""
    default(scene)
    plan(scene, talk.bob, kind, name=OWNER)
    call(scene, talk.alice, talk.alices)
    advance(scene, 60)
    assert (voices(scene, talk.alice), bridged(scene, talk.alice)) == ("", [])
    assert scene.sentences(talk.alice) == words("no_answer")
    assert scene.interaction(talk)["outbound_resource_state"] == "no-answer"


@pytest.mark.parametrize("kind", NO_PERSON)
def test_none_is_put_through_by_click_to_call(scene: Stage, talk: Talk, kind: str) -> None:
    """Whoever is rung first may have a mailbox as well, which the other would hear."""
    default(scene)
    plan(scene, talk.bob, kind, name=OWNER)
    assert scene.place(talk).status_code == 201
    scene.settle()
    advance(scene, 60)
    assert heard(scene, talk.alice) == []


def test_who_has_calls_screened_may_still_take_it(scene: Stage, talk: Talk) -> None:
    default(scene)
    plan(scene, talk.bob, "screening", name=OWNER)
    call(scene, talk.alice, talk.alices)
    advance(scene, 5)
    act(scene, talk.bob, "keys", keys="1")
    assert bridged(scene, talk.alice) == [talk.alices]


@pytest.mark.parametrize("kind", NO_PERSON)
def test_nothing_ever_says_that_it_was_completed(scene: Stage, talk: Talk, kind: str) -> None:
    """An app that closes the Session at the first word of an end must not hear of a call that nobody took."""
    default(scene)
    plan(scene, talk.bob, kind, name=OWNER)
    call(scene, talk.alice, talk.alices)
    advance(scene, 60)
    assert outbound_states(scene, talk)[-1] == "no-answer" and "completed" not in outbound_states(scene, talk)


def test_a_call_that_was_taken_is_completed(scene: Stage, talk: Talk) -> None:
    default(scene)
    plan(scene, talk.bob, "answer", keys="1", talk=20)
    call(scene, talk.alice, talk.alices)
    advance(scene, 60)
    assert outbound_states(scene, talk)[-1] == "completed" and "no-answer" not in outbound_states(scene, talk)


def outbound_states(scene: Stage, talk: Talk) -> list[str]:
    """In the order in which the app is told of them."""
    sid = scene.interaction(talk)["sid"]
    told = [event["d"] for event in scene.events() if event["t"] == "interaction.updated"]
    return [one["outbound"]["state"] for one in told if one["sid"] == sid and one.get("outbound")]


# --- what each way costs ---------------------------------------------------------------------------------------------


def now(scene: Stage) -> float:
    return float(scene.sim("GET", "/clock")["now"])


def starts(scene: Stage, talk: Talk, way: str) -> None:
    """Alice calls Bob in this way; for detection the carrier dials as our answer does, since we do not offer it."""
    if way == DETECTED:
        noun = f'<Number machineDetection="Enable" amdStatusCallback="{scene.stack.url}/nowhere">{talk.bob}</Number>'
        twiml = f'<Response><Dial answerOnBridge="true" callerId="{talk.bobs}">{noun}</Dial></Response>'
        scene.client.calls.create(to=talk.alice, from_=talk.alices, twiml=twiml)
        scene.settle()
        return
    scene.arrange(Whisper=str(way == ASKED).lower())
    call(scene, talk.alice, talk.alices)


@pytest.mark.parametrize("way", WAYS)
def test_whether_a_mailbox_is_heard(scene: Stage, talk: Talk, way: str) -> None:
    plan(scene, talk.bob, "voicemail", name=OWNER)
    starts(scene, talk, way)
    assert (OWNER in voices(scene, talk.alice)) == (WAYS[way][0] == "yes")
    known = WAYS[way][2]
    advance(scene, 2.3)
    assert scene.posted("amd") == []
    advance(scene, 0.2)
    assert [one["params"]["AnsweredBy"] for one in scene.posted("amd")] == (
        [] if known == "never" else ["machine_start"]
    )


@pytest.mark.parametrize("way", WAYS)
def test_how_long_a_person_waits(scene: Stage, talk: Talk, way: str) -> None:
    """Not at all, or until the key: three seconds here."""
    plan(scene, talk.bob, "answer")
    before = now(scene)
    starts(scene, talk, way)
    if WAYS[way][1] == "k":
        advance(scene, 3)
        assert bridged(scene, talk.bob) == []
        act(scene, talk.bob, "keys", keys="1")
    assert bridged(scene, talk.bob) != []
    assert round(now(scene) - before) == {"0": 0, "k": 3}[WAYS[way][1]]


def test_readme_promises_what_is_so() -> None:
    readme = " ".join((DOCS.parents[1] / "README.md").read_text().split())
    assert "never in the other side's own announcement: who is called presses 1 first." in readme
