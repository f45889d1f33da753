"""A carrier code about a recipient has the same effect however it arrives: each row of docs/carrier-codes.md."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from common.sids import new
from policy.opt_outs import OptOut, export_opt_outs, import_opt_outs
from policy.sentences.sentences import SENTENCES
from services.services import find_service
from storage import library
from tests.support.reconciling import FIRST, ReconcilingHarness
from tests.support.webhooks import Conversation

UNAVAILABLE = SENTENCES["unavailable"]["en"]
DAY = 86_400
TEXT = (Path(__file__).parents[3] / "docs" / "carrier-codes.md").read_text()
ROWS = {int(row[0]): row[1:] for row in re.findall(r"^\| (\d{5}) \| (.+?) \| (.+?) \| (.+?) \|$", TEXT, re.MULTILINE)}
WAYS = ("answer", "action", "callback", "look-up")
#: REST and TwiML refuse at once with codes below 30000; codes from 30000 on arrive afterwards.
PLAYED = [(code, way) for code in ROWS for way in WAYS if code < 30000 or way in ("callback", "look-up")]
#: The outbox tries again after this code, so the message gets no status.
PLAYED.remove((21611, "answer"))


def times(code: int) -> int:
    return {"until START": 1, "at once": 1, "third in a row": 3, "never": 0}[ROWS[code][2].split(",")[0]]


def refuse(harness: ReconcilingHarness, phone: str, code: int | None, way: str = "") -> None:
    harness.clear_faults()
    harness.webhooks.set_fields(Delivery="send" if way == "answer" else "auto")
    harness.webhooks.sim("POST", "/faults", refuse={"to": phone, "code": code, "late": way in ("callback", "look-up")})
    if way == "look-up":
        harness.fault(("status", "drop"))


def told(harness: ReconcilingHarness, conversation: Conversation, code: int, way: str) -> None:
    """Sends one text to Bob, for which the carrier reports `code`."""
    refuse(harness, conversation.bob, code, way)
    harness.text(conversation, new("text "))
    if way == "answer":
        harness.run_outbox()
    # If the carrier does not answer in time, the job asks again a minute later.
    for seconds in (FIRST, 61, 61) if way == "look-up" else ():
        if not is_over(harness, conversation):
            harness.run_job(seconds)
    assert is_over(harness, conversation)
    refuse(harness, conversation.bob, None)


def is_over(harness: ReconcilingHarness, conversation: Conversation) -> bool:
    return harness.interactions(conversation)[-1].outbound_resource_status in ("failed", "undelivered")


def carried(harness: ReconcilingHarness, phone: str) -> int:
    return len(harness.webhooks.client.messages.list(to=phone))


def is_stopped(harness: ReconcilingHarness, conversation: Conversation, code: int) -> bool:
    """Whether the sender's next text gets the "unavailable" reply and the app's next text fails without a request."""
    before = carried(harness, conversation.bob)
    harness.text(conversation, new("next "))
    sent = conversation.session.participants(conversation.bob_sid).message_interactions.create(body="of the app's own")
    harness.run_outbox()
    if carried(harness, conversation.bob) != before:
        return False
    assert harness.webhooks.inbox(conversation.alice)[-1] == (conversation.alices, UNAVAILABLE)
    assert sent.fetch().outbound_resource_status == "failed"
    (failed,) = [e for e in harness.events("interaction.updated") if e["sid"] == sent.sid]
    assert failed["outbound"]["code"] == code
    return True


def test_the_table_in_the_docs_is_the_table_in_the_code(harness: ReconcilingHarness) -> None:
    text = library.modules()["policy.carrier_codes"].rpartition("return carrier_codes")[0]
    read = f"{text}\nlocal found = {{}}\n" + (
        "for code, one in pairs(carrier_codes.UNREACHABLE) do\n"
        "  found[tostring(code)] = { one.whose, one.times, one.days }\n"
        "end\n"
        "return cjson.encode(found)"
    )
    found: dict[str, Any] = json.loads(harness.store.client.eval(read, 0))
    lasting = {code: row for code, row in ROWS.items() if times(code) and code != 21610}
    days = {code: int(re.findall(r"(\d+) day", row[2])[0]) for code, row in lasting.items()}
    assert {code: [row[1], times(code), days[code]] for code, row in lasting.items()} == {
        int(code): rule for code, rule in found.items()
    }


# Slow: plays each code in each way, with the jobs that look it up.
@pytest.mark.slow
@pytest.mark.parametrize("code, way", PLAYED)
def test_a_code(harness: ReconcilingHarness, code: int, way: str) -> None:
    conversation, needed = harness.webhooks.open(), times(code)
    for n in range(needed):
        assert not is_stopped(harness, conversation, code) if n == 0 else True
        told(harness, conversation, code, way)
        harness.clock.advance(DAY / 2 + 1 if n < needed - 1 else 0)
    if not needed:
        told(harness, conversation, code, way)
    assert is_stopped(harness, conversation, code) == (needed > 0)
    learnt = harness.events("person.opted_out" if code == 21610 else "person.unreachable")
    assert len(learnt) == (1 if needed else 0)


@pytest.mark.parametrize("way", WAYS)
def test_an_opt_out_that_the_carrier_tells(harness: ReconcilingHarness, way: str) -> None:
    conversation = harness.webhooks.open()
    other = harness.webhooks.service.sessions(harness.webhooks.service.sessions.create().sid)
    there, carol = [
        other.participants.create(identifier=one) for one in (conversation.bob, harness.webhooks.new_person())
    ]
    told(harness, conversation, 21610, way)
    assert is_stopped(harness, conversation, 21610)
    service = find_service(harness.webhooks.stack.runtime, harness.webhooks.sid)
    assert service
    listed = list(export_opt_outs(harness.webhooks.stack.runtime, service))
    assert [(one.identifier, one.proxy_number, one.by) for one in listed] == [
        (conversation.bob, conversation.bobs, "carrier")
    ]
    # The same person can still be reached from another proxy number.
    harness.webhooks.text(carol.identifier, carol.proxy_identifier, "hello from Carol")
    assert (there.proxy_identifier, "hello from Carol") in harness.webhooks.inbox(conversation.bob)
    harness.webhooks.text(conversation.bob, conversation.bobs, "START")
    assert not is_stopped(harness, conversation, 21610)


def test_what_they_write_themselves_shows_that_they_can_be_reached(harness: ReconcilingHarness) -> None:
    conversation = harness.webhooks.open()
    told(harness, conversation, 30006, "callback")
    assert is_stopped(harness, conversation, 30006)
    harness.webhooks.text(conversation.bob, conversation.bobs, "I am here")
    assert not is_stopped(harness, conversation, 30006) and len(harness.events("person.reachable")) == 1


@pytest.mark.parametrize("code", [30006, 21610])
def test_an_operator_lifts_it(harness: ReconcilingHarness, code: int) -> None:
    """If the carrier reports the code again after the removal, it is stored again."""
    conversation, rt = harness.webhooks.open(), harness.webhooks.stack.runtime
    service = find_service(rt, harness.webhooks.sid)
    assert service
    for _ in range(2):
        told(harness, conversation, code, "callback")
        assert is_stopped(harness, conversation, code)
        assert import_opt_outs(rt, service, [OptOut(conversation.bob, conversation.bobs)], remove=True) == 1
        assert not is_stopped(harness, conversation, code)


def test_a_refusal_that_is_told_after_START(harness: ReconcilingHarness) -> None:
    """The refusal is about a text that was sent before START, so it does not opt the person out."""
    conversation = harness.webhooks.open()
    refuse(harness, conversation.bob, 21610, "look-up")
    harness.text(conversation, "before")
    harness.clear_faults()
    harness.clock.advance(5)
    harness.webhooks.text(conversation.bob, conversation.bobs, "START")
    harness.run_job(FIRST)
    assert harness.interactions(conversation)[0].outbound_resource_status == "failed"
    assert not is_stopped(harness, conversation, 21610)


def test_a_delivery_between_begins_anew(harness: ReconcilingHarness) -> None:
    conversation = harness.webhooks.open()
    for code in (30003, 30003, None, 30003, 30003):
        if code:
            told(harness, conversation, code, "callback")
        else:
            harness.text(conversation, "this one arrives")
        harness.clock.advance(DAY)
    assert not is_stopped(harness, conversation, 30003)


@pytest.mark.parametrize("apart", [600, 8 * DAY], ids=["an evening", "weeks"])
def test_refusals_that_cut_off_nobody(harness: ReconcilingHarness, apart: int) -> None:
    conversation = harness.webhooks.open()
    for _ in range(4):
        told(harness, conversation, 30003, "callback")
        harness.clock.advance(apart)
    assert not is_stopped(harness, conversation, 30003)


def test_after_its_time_one_is_tried_again(harness: ReconcilingHarness) -> None:
    conversation = harness.webhooks.open()
    for _ in range(3):
        told(harness, conversation, 30005, "callback")
        harness.clock.advance(DAY / 2 + 1)
    harness.clock.advance(DAY / 2)
    told(harness, conversation, 30005, "callback")
    assert is_stopped(harness, conversation, 30005)
