"""What the carrier says of a recipient holds whichever way it is told: docs/carrier-codes.md, row by row."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from common.sids import new
from policy.optouts import OptOut, give_out, take_up
from policy.sentences.sentences import SENTENCES
from services.services import find_service
from storage import scripts
from tests.jobs.reconciling.watch import FIRST, Watch
from tests.proxy.webhooks.scene import Talk

UNAVAILABLE = SENTENCES["unavailable"]["en"]
DAY = 86_400
TEXT = (Path(__file__).parents[3] / "docs" / "carrier-codes.md").read_text()
ROWS = {int(row[0]): row[1:] for row in re.findall(r"^\| (\d{5}) \| (.+?) \| (.+?) \| (.+?) \|$", TEXT, re.MULTILINE)}
WAYS = ("answer", "action", "callback", "look-up")
#: REST and TwiML refuse with these; those of 30000 and more are told afterwards.
PLAYED = [(code, way) for code in ROWS for way in WAYS if code < 30000 or way in ("callback", "look-up")]
#: Tried again, so that nothing is told of a message.
PLAYED.remove((21611, "answer"))


def times(code: int) -> int:
    return {"until START": 1, "at once": 1, "third in a row": 3, "never": 0}[ROWS[code][2].split(",")[0]]


def refuse(watch: Watch, phone: str, code: int | None, way: str = "") -> None:
    watch.mend()
    watch.scene.set(Delivery="send" if way == "answer" else "auto")
    watch.scene.sim("POST", "/faults", refuse={"to": phone, "code": code, "late": way in ("callback", "look-up")})
    if way == "look-up":
        watch.fault(("status", "drop"))


def told(watch: Watch, talk: Talk, code: int, way: str) -> None:
    """The carrier says `code` of one text to Bob."""
    refuse(watch, talk.bob, code, way)
    watch.text(talk, new("text "))
    if way == "answer":
        watch.send()
    # A carrier that does not answer in time is asked again a minute later.
    for seconds in (FIRST, 61, 61) if way == "look-up" else ():
        if not is_over(watch, talk):
            watch.look(seconds)
    assert is_over(watch, talk)
    refuse(watch, talk.bob, None)


def is_over(watch: Watch, talk: Talk) -> bool:
    return watch.all(talk)[-1].outbound_resource_status in ("failed", "undelivered")


def carried(watch: Watch, phone: str) -> int:
    return len(watch.scene.client.messages.list(to=phone))


def is_stopped(watch: Watch, talk: Talk, code: int) -> bool:
    """Whether the next text is answered "unavailable", and the next of the app fails without a request."""
    before = carried(watch, talk.bob)
    watch.text(talk, new("next "))
    sent = talk.session.participants(talk.bob_sid).message_interactions.create(body="of the app's own")
    watch.send()
    if carried(watch, talk.bob) != before:
        return False
    assert watch.scene.inbox(talk.alice)[-1] == (talk.alices, UNAVAILABLE)
    assert sent.fetch().outbound_resource_status == "failed"
    (failed,) = [e for e in watch.events("interaction.updated") if e["sid"] == sent.sid]
    assert failed["outbound"]["code"] == code
    return True


def test_the_table_in_the_docs_is_the_table_in_the_code(watch: Watch) -> None:
    text = (scripts.files("lib/*.lua")["reach"]).read_text().split("local reach = ")[1].split("\n}\n")[0]
    read = f"local reach = {text}\n}}\nlocal found = {{}}\n" + (
        "for code, one in pairs(reach.CODES) do found[tostring(code)] = { one.whose, one.times, one.days } end\n"
        "return cjson.encode(found)"
    )
    found: dict[str, Any] = json.loads(watch.store.client.eval(read, 0))
    lasting = {code: row for code, row in ROWS.items() if times(code) and code != 21610}
    days = {code: int(re.findall(r"(\d+) day", row[2])[0]) for code, row in lasting.items()}
    assert {code: [row[1], times(code), days[code]] for code, row in lasting.items()} == {
        int(code): rule for code, rule in found.items()
    }


@pytest.mark.parametrize("code, way", PLAYED)
def test_a_code(watch: Watch, code: int, way: str) -> None:
    talk, needed = watch.scene.open(), times(code)
    for n in range(needed):
        assert not is_stopped(watch, talk, code) if n == 0 else True
        told(watch, talk, code, way)
        watch.clock.advance(DAY / 2 + 1 if n < needed - 1 else 0)
    if not needed:
        told(watch, talk, code, way)
    assert is_stopped(watch, talk, code) == (needed > 0)
    learnt = watch.events("person.opted_out" if code == 21610 else "person.unreachable")
    assert len(learnt) == (1 if needed else 0)


@pytest.mark.parametrize("way", WAYS)
def test_an_opt_out_that_the_carrier_tells(watch: Watch, way: str) -> None:
    talk = watch.scene.open()
    other = watch.scene.service.sessions(watch.scene.service.sessions.create().sid)
    there, carol = [other.participants.create(identifier=one) for one in (talk.bob, watch.scene.person())]
    told(watch, talk, 21610, way)
    assert is_stopped(watch, talk, 21610)
    service = find_service(watch.scene.stack.runtime, watch.scene.sid)
    assert service
    listed = list(give_out(watch.scene.stack.runtime, service))
    assert [(one.identifier, one.proxy_number, one.by) for one in listed] == [(talk.bob, talk.bobs, "carrier")]
    # The same person at another number is untouched.
    watch.scene.text(carol.identifier, carol.proxy_identifier, "hello from Carol")
    assert (there.proxy_identifier, "hello from Carol") in watch.scene.inbox(talk.bob)
    watch.scene.text(talk.bob, talk.bobs, "START")
    assert not is_stopped(watch, talk, 21610)


def test_what_they_write_themselves_shows_that_they_can_be_reached(watch: Watch) -> None:
    talk = watch.scene.open()
    told(watch, talk, 30006, "callback")
    assert is_stopped(watch, talk, 30006)
    watch.scene.text(talk.bob, talk.bobs, "I am here")
    assert not is_stopped(watch, talk, 30006) and len(watch.events("person.reachable")) == 1


@pytest.mark.parametrize("code", [30006, 21610])
def test_an_operator_lifts_it(watch: Watch, code: int) -> None:
    """What the carrier says once more is learnt once more."""
    talk, rt = watch.scene.open(), watch.scene.stack.runtime
    service = find_service(rt, watch.scene.sid)
    assert service
    for _ in range(2):
        told(watch, talk, code, "callback")
        assert is_stopped(watch, talk, code)
        assert take_up(rt, service, [OptOut(talk.bob, talk.bobs)], remove=True) == 1
        assert not is_stopped(watch, talk, code)


def test_a_refusal_that_is_told_after_START(watch: Watch) -> None:
    """It speaks of what was sent before."""
    talk = watch.scene.open()
    refuse(watch, talk.bob, 21610, "look-up")
    watch.text(talk, "before")
    watch.mend()
    watch.clock.advance(5)
    watch.scene.text(talk.bob, talk.bobs, "START")
    watch.look(FIRST)
    assert watch.all(talk)[0].outbound_resource_status == "failed"
    assert not is_stopped(watch, talk, 21610)


def test_a_delivery_between_begins_anew(watch: Watch) -> None:
    talk = watch.scene.open()
    for code in (30003, 30003, None, 30003, 30003):
        if code:
            told(watch, talk, code, "callback")
        else:
            watch.text(talk, "this one arrives")
        watch.clock.advance(DAY)
    assert not is_stopped(watch, talk, 30003)


@pytest.mark.parametrize("apart", [600, 8 * DAY], ids=["an evening", "weeks"])
def test_refusals_that_cut_off_nobody(watch: Watch, apart: int) -> None:
    talk = watch.scene.open()
    for _ in range(4):
        told(watch, talk, 30003, "callback")
        watch.clock.advance(apart)
    assert not is_stopped(watch, talk, 30003)


def test_after_its_time_one_is_tried_again(watch: Watch) -> None:
    talk = watch.scene.open()
    for _ in range(3):
        told(watch, talk, 30005, "callback")
        watch.clock.advance(DAY / 2 + 1)
    watch.clock.advance(DAY / 2)
    told(watch, talk, 30005, "callback")
    assert is_stopped(watch, talk, 30005)
