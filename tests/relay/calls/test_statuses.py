"""Statuses of calls have one order, in code and docs; late, repeated, reordered or foreign callbacks change nothing."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from common.sids import new
from storage import library
from tests.relay.calls.tables import ORDER
from tests.support.calls import CallsHarness, Form
from tests.support.telephones import act, advance, call, plan
from tests.support.webhooks import Conversation

# Slow: plays many orders in which statuses may come.
pytestmark = pytest.mark.slow


BEFORE = ("initiated", "ringing")
#: The carrier's statuses of the callee's leg, whether it was bridged, and the Interaction's final status.
LIVES = {
    "talked": ((*BEFORE, "in-progress", "completed"), True, "completed"),
    "nobody pressed 1": ((*BEFORE, "in-progress", "completed"), False, "no-answer"),
    "busy": ((*BEFORE, "busy"), False, "busy"),
    "nobody picked up": ((*BEFORE, "no-answer"), False, "no-answer"),
    "could not be reached": (("initiated", "failed"), False, "failed"),
    "given up": ((*BEFORE, "canceled"), False, "canceled"),
}
FIRST_LEG = ("initiated", "ringing", "in-progress", "completed")
SECONDS, CODE = "42", "13225"
#: Proxy's spelling where it differs from the Messages API (Twilio's page on Interactions; its OpenAPI file).
PROXY = {"partially_delivered": "partially-delivered"}

Word = tuple[str, Form]


def code_of_order(harness: CallsHarness) -> dict[str, Any]:
    text = library.modules()["carrier.statuses"].rpartition("return statuses")[0]
    answer = "return cjson.encode({ order = ORDER, last = FIRST_FINAL })"
    found: dict[str, Any] = json.loads(harness.stack.runtime.store.client.eval(f"{text}\n{answer}", 0))
    return found


def test_the_order_in_the_docs_is_the_order_in_the_code(harness: CallsHarness) -> None:
    found = code_of_order(harness)
    for kind in ("voice", "message"):
        rows = [row[1:] for row in ORDER if row[0] == kind]
        written = [row[0] for row in rows]
        assert written == found["order"][kind] and len(set(written)) == len(written)
        last = written.index(found["last"][kind])
        assert [word for word, over, _ in rows if over] == written[last:]
        for word, over, shown in rows:
            assert shown == (PROXY.get(word, word) if kind == "message" or over else "initiated")
    assert {row[0] for row in ORDER} == set(found["order"])


def words_of(harness: CallsHarness, conversation: Conversation, form: Form, life: str) -> list[Word]:
    """All webhooks of the carrier about the callee's leg: its status callbacks, then the Dial's action."""
    child, told = new("CA"), list[Word]()
    words, bridged, _ = LIVES[life]
    for word in words:
        more = {"CallDuration": SECONDS} if word == "completed" else {}
        more |= {"ErrorCode": CODE} if word == "failed" else {}
        told.append(("status", harness.child_form(conversation, word, child, form["CallSid"], **more)))
    lasted = {"DialCallDuration": SECONDS} if words[-1] == "completed" else {}
    return [*told, ("ended", harness.action_form(form, words[-1], child, bridged, **lasted))]


def seen(one: dict[str, Any]) -> tuple[Any, ...]:
    return one["outbound_resource_state"], one["outbound_resource_status"], one["data"], one["error_code"]


def truth(life: str) -> tuple[Any, ...]:
    state = LIVES[life][2]
    return (
        state,
        state,
        json.dumps({"duration": SECONDS}, separators=(",", ":")) if life == "talked" else "{}",
        (int(CODE) if state == "failed" else None),
    )


@settings(max_examples=25, deadline=None)
@given(data=st.data(), life=st.sampled_from(sorted(LIVES)))
def test_any_permutation_with_repeats(harness: CallsHarness, data: st.DataObject, life: str) -> None:
    conversation = harness.open()
    form, sid = harness.start_inbound_call(conversation)
    told = words_of(harness, conversation, form, life)
    repeats = data.draw(st.lists(st.sampled_from(told), max_size=3))
    for purpose, fields in data.draw(st.permutations(told + repeats)):
        assert harness.post_status(sid, fields, purpose).status_code == 200
    one = harness.interaction(conversation)
    assert seen(one) == truth(life)
    assert one["outbound_resource_sid"] == told[0][1]["CallSid"]
    assert not harness.has_live_call(conversation)
    before = harness.writes()
    for purpose, fields in reversed(told):
        assert harness.post_status(sid, fields, purpose).status_code == 200
    assert harness.writes() == before


@settings(max_examples=25, deadline=None)
@given(data=st.data(), life=st.sampled_from(sorted(LIVES)))
def test_any_permutation_of_both_legs_of_a_placed_call(harness: CallsHarness, data: st.DataObject, life: str) -> None:
    """The callbacks of the first leg may come before, between or after those of the second leg."""
    conversation = harness.open()
    harness.sim("POST", "/faults", drop_status_callbacks=True)
    plan(harness, conversation.alice, "manual")
    one = harness.order_call(conversation).json()
    harness.settle()
    form = {**harness.voice_form(conversation.bobs, conversation.bob, "in-progress", one["inbound_resource_sid"])}
    first = [("placed", {**form, "CallStatus": word}) for word in FIRST_LEG]
    second = [(where, swapped(fields, conversation)) for where, fields in words_of(harness, conversation, form, life)]
    told = [*first, *second]
    repeats = data.draw(st.lists(st.sampled_from(told), max_size=3))
    for purpose, fields in data.draw(st.permutations(told + repeats)):
        assert harness.post_status(one["sid"], fields, purpose).status_code == 200
    found = harness.interaction(conversation)
    assert seen(found) == truth(life)
    assert (found["inbound_resource_status"], harness.has_live_call(conversation)) == ("completed", False)
    harness.sim("POST", "/reset")


def swapped(fields: Form, conversation: Conversation) -> Form:
    """The same form with Alice as the callee."""
    back = {conversation.bob: conversation.alice, conversation.bobs: conversation.alices}
    return {name: back.get(value, value) if name in ("From", "To") else value for name, value in fields.items()}


def test_between_the_first_ring_and_the_end_the_wire_says_initiated(
    harness: CallsHarness, conversation: Conversation
) -> None:
    form, sid = harness.start_inbound_call(conversation)
    told = words_of(harness, conversation, form, "talked")
    for place, word in enumerate(("initiated", "ringing", "in-progress", "completed")):
        harness.post_status(sid, told[place][1])
        one = harness.interaction(conversation)
        over = word == "completed"
        assert (one["outbound_resource_state"], one["outbound_resource_status"]) == (
            word,
            word if over else "initiated",
        )
        assert one["data"] == ('{"duration":"42"}' if over else "{}") and harness.has_live_call(conversation) == (
            not over
        )


def test_late_doubled_unknown_or_foreign_words_change_nothing(
    harness: CallsHarness, conversation: Conversation
) -> None:
    form, sid = harness.start_inbound_call(conversation)
    told = words_of(harness, conversation, form, "talked")
    for purpose, fields in told:
        harness.post_status(sid, fields, purpose)
    child, before = told[0][1]["CallSid"], harness.writes()
    for word, whose in (
        ("completed", child), ("ringing", child), ("queued", child), ("unheard-of", child), ("busy", new("CA")),
        ("no-answer", form["CallSid"]),
    ):  # fmt: skip
        answer = harness.post_status(sid, harness.child_form(conversation, word, whose, CallDuration="1"))
        assert (answer.status_code, answer.text) == (200, '<?xml version="1.0" encoding="UTF-8"?><Response/>')
    harness.post_status(sid, harness.action_form(form, "busy", new("CA")), "ended")
    assert harness.writes() == before


def test_the_longest_duration_and_the_reason_stay(harness: CallsHarness, conversation: Conversation) -> None:
    """Only one of the two reports of a failed leg has the error code; it is kept whichever report comes first."""
    for places in ((0, 1), (1, 0)):
        form, sid = harness.start_inbound_call(conversation)
        child = new("CA")
        reports = [
            ("status", harness.child_form(conversation, "failed", child, ErrorCode=CODE)),
            ("ended", harness.action_form(form, "failed", child)),
        ]
        for place in places:
            harness.post_status(sid, reports[place][1], reports[place][0])
        assert harness.interaction_of_call(conversation, form["CallSid"])["error_code"] == int(CODE)


def test_a_deleted_interaction_is_no_error(harness: CallsHarness, conversation: Conversation) -> None:
    """The answer is no error, because the carrier would only try again."""
    form, sid = harness.start_inbound_call(conversation)
    told = words_of(harness, conversation, form, "busy")
    conversation.session.interactions(sid).delete()
    before = harness.writes()
    for purpose, fields in told:
        assert harness.post_status(sid, fields, purpose).status_code == 200
    assert harness.post_status(sid, form, "connect").text.endswith("<Response><Hangup/></Response>")
    assert harness.post_status(sid, form, "placed").status_code == 200
    assert harness.writes() == before


@pytest.mark.parametrize("on", ["call-status", "statuses"])
@pytest.mark.parametrize("do", ["reorder", "double", "drop"])
def test_the_carrier_itself_breaks_its_callbacks(
    harness: CallsHarness, conversation: Conversation, on: str, do: str
) -> None:
    harness.sim("POST", "/faults", rules={"on": on, "do": do})
    for phone, what, state in ((conversation.bob, "answer", "completed"), (conversation.bob, "busy", "busy")):
        plan(harness, phone, what)
        sid = call(harness, conversation.alice, conversation.alices)
        if state == "completed":
            advance(harness, 5)
            act(harness, conversation.bob, "hangup")
        one = harness.interaction_of_call(conversation, sid)
        assert one["outbound_resource_status"] == state
        assert one["data"] == ('{"duration":"5"}' if state == "completed" else "{}")


def test_a_first_leg_that_is_not_ours(harness: CallsHarness, conversation: Conversation) -> None:
    """If the callback is of another call, nothing is recorded and nobody is connected."""
    plan(harness, conversation.bob, "manual")
    one = harness.order_call(conversation).json()
    harness.settle()
    other = harness.voice_form(conversation.bobs, conversation.bob, "completed", new("CA"))
    before = harness.writes()
    assert harness.post_status(one["sid"], other, "placed").status_code == 200
    assert b"<Dial" not in harness.post_status(one["sid"], {**other, "CallStatus": "in-progress"}, "connect").content
    assert harness.writes() == before


def test_of_a_call_that_was_not_placed(harness: CallsHarness, conversation: Conversation) -> None:
    """The Interaction of an inbound call has no first leg that could be connected."""
    form, sid = harness.start_inbound_call(conversation)
    before = harness.writes()
    assert harness.post_status(sid, form, "connect").text.endswith("<Response><Hangup/></Response>")
    assert harness.post_status(sid, {**form, "CallStatus": "completed"}, "placed").status_code == 200
    assert harness.writes() == before
