"""Quiet hours: what the app sends waits for the day where its recipient is; what people write to each other goes on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.outbox.messages.night import (
    EVENING,
    LOS_ANGELES_WAKES,
    NEW_YORK_WAKES,
    NIGHT,
    held,
    in_new_york,
    ms,
    quiet,
    until,
)
from tests.outbox.messages.office import Office
from tests.outbox.messages.test_stopped import close, put, remove
from tests.proxy.webhooks.scene import Scene

# Slow: plays whole nights and mornings.
pytestmark = pytest.mark.slow


Opens = Callable[[str], Office]


def test_two_zones(opens: Opens) -> None:
    office = opens(EVENING)
    far, near = in_new_york(office), office.open()
    late = [office.send(far, f"number {n}") for n in range(2)]
    office.send(near, "it is day here")
    office.work(1)
    assert (office.told(far.bob), office.told(near.bob)) == ([], ["it is day here"])
    assert held(office) == sorted((one.sid, "2026-01-15T13:00:00Z") for one in late) and office.states() == []
    office.clock.now = ms(NIGHT)
    office.send(near, "at night")
    until(office, NEW_YORK_WAKES)
    assert office.told(far.bob) == ["number 0"]
    office.work(1)
    assert office.told(far.bob) == ["number 0", "number 1"]
    until(office, LOS_ANGELES_WAKES)
    assert office.told(near.bob) == ["it is day here", "at night"] and office.left() == []
    assert [office.state(one) for one in late] == [("delivered", sid) for sid in office.carried(far.bob)]
    assert [e["interaction"] for e in office.events("message.held")][:2] == [one.sid for one in late]


def test_nothing_goes_a_moment_too_early(night: Office) -> None:
    talk = night.open()
    night.send(talk, "hello")
    night.work()
    night.clock.now = ms(LOS_ANGELES_WAKES) - 1
    night.work()
    assert night.told(talk.bob) == []
    night.work(0.001)
    assert night.told(talk.bob) == ["hello"]


def test_off_by_default(night: Office) -> None:
    night.scene = Scene(night.scene.stack, night.clock, numbers=2)
    talk = night.open()
    night.send(talk, "hello")
    night.work()
    assert night.told(talk.bob) == ["hello"]


@pytest.mark.parametrize(
    ("moment", "wakes"),
    [
        # The night in which the clocks go forward has an hour less, the other one an hour more.
        ("2026-03-08T06:00", "2026-03-08T15:00"),
        ("2026-11-01T06:00", "2026-11-01T16:00"),
        ("2026-10-31T06:00", "2026-10-31T15:00"),
    ],
)
def test_changes_of_the_clock(opens: Opens, moment: str, wakes: str) -> None:
    office = opens(moment)
    talk = office.open()
    made = office.send(talk, "hello")
    office.work()
    assert held(office) == [(made.sid, f"{wakes}:00Z")]
    until(office, wakes)
    assert office.told(talk.bob) == ["hello"]


def test_order_is_kept_also_with_what_comes_in_the_morning(night: Office) -> None:
    talk = night.open()
    for n in range(4):
        night.send(talk, f"number {n}")
        night.work(2)
    night.clock.now = ms(LOS_ANGELES_WAKES)
    night.send(talk, "number 4")
    night.work(*[1] * 5)
    assert night.told(talk.bob) == [f"number {n}" for n in range(5)] and night.left() == []


def test_people_write_to_each_other_meanwhile(night: Office) -> None:
    """By the webhook's answer, and by the outbox as well."""
    talk = night.open()
    night.send(talk, "from the app")
    night.work()
    assert talk.bob in night.scene.text(talk.alice, talk.alices, "are you awake?")
    night.send(talk, "from the app too")
    assert "<Message" not in night.scene.text(talk.alice, talk.alices, "hello?")
    night.work(1)
    assert night.told(talk.bob) == ["are you awake?", "hello?"]
    assert [one["source"] for one in night.listed("held")] == ["app", "app"]
    until(night, LOS_ANGELES_WAKES, 1)
    assert night.told(talk.bob)[2:] == ["from the app", "from the app too"]


def test_person_to_person_too_if_the_service_says_so(night: Office) -> None:
    quiet(night, QuietHoursFor="all")
    talk = night.open()
    assert "<Message" not in night.scene.text(talk.alice, talk.alices, "one")
    night.send(talk, "two")
    night.scene.text(talk.alice, talk.alices, "three")
    night.work(1, 1)
    night.scene.text(talk.alice, talk.alices, "four")
    night.work(1)
    assert night.told(talk.bob) == []
    assert sorted(one["source"] for one in night.listed("held")) == ["app", "relayed", "relayed", "relayed"]
    until(night, LOS_ANGELES_WAKES, 1, 1, 1)
    assert night.told(talk.bob) == ["one", "two", "three", "four"]
    assert night.statuses(talk) == ["delivered"] * 4 and night.left() == []


def test_by_day_person_to_person_goes_by_the_outbox_for_such_a_service_alone(opens: Opens) -> None:
    office = opens(EVENING)
    talk = office.open()
    assert talk.bob in office.scene.text(talk.alice, talk.alices, "by the answer")
    quiet(office, QuietHoursFor="all")
    assert "<Message" not in office.scene.text(talk.alice, talk.alices, "by the outbox")
    office.work()
    assert office.told(talk.bob) == ["by the answer", "by the outbox"]
    quiet(office, "")
    assert talk.bob in office.scene.text(talk.alice, talk.alices, "by the answer again")


def test_what_we_answer_at_once_is_not_held(night: Office) -> None:
    """Whoever wrote a moment ago is awake."""
    quiet(night, QuietHoursFor="all")
    stranger = night.scene.person()
    night.scene.text(stranger, night.scene.pool[0], "hello?")
    assert len(night.told(stranger)) == 1


@pytest.mark.parametrize(("most", "when"), [("3600", "2026-01-15T07:00"), ("0", NIGHT)])
def test_held_too_long(night: Office, most: str, when: str) -> None:
    quiet(night, QuietHoursExpiry=most)
    talk = night.open()
    night.clock.now = ms(NIGHT) - 1
    made = night.send(talk, "now or never")
    night.work()
    if most != "0":
        assert held(night) == [(made.sid, f"{when}:00Z")]
        night.clock.now = ms(when) + 300_000
        night.work()
    assert night.told(talk.bob) == [] and night.left() == []
    assert night.state(made) == ("canceled", None)
    assert night.events("message.expired") == [{"interaction": made.sid, "reason": "expired"}]
    # When its time was over, not when the job came to it.
    (at,) = [int(event["at"]) for event in night.scene.events() if event["t"] == "message.expired"]
    assert at // 1000 == ms(when) // 1000
    until(night, LOS_ANGELES_WAKES, 1)
    assert night.told(talk.bob) == [] and night.events("message.canceled") == []


def test_the_first_expires_and_the_next_goes_on(night: Office) -> None:
    quiet(night, QuietHoursExpiry="7200")
    talk = night.open()
    night.send(talk, "expires")
    night.work()
    night.clock.now = ms("2026-01-15T14:30")
    night.send(talk, "in time")
    night.work()
    assert night.statuses(talk) == ["canceled", "queued"]
    until(night, LOS_ANGELES_WAKES)
    assert night.told(talk.bob) == ["in time"]


@pytest.mark.parametrize(
    ("change", "then"),
    [
        ({"QuietHours": ""}, None),
        ({"QuietHours": "23:00-07:00"}, None),
        ({"QuietHours": "20:00-06:00"}, "2026-01-15T14:00:00Z"),
        ({"QuietHours": "20:00-10:00"}, "2026-01-15T18:00:00Z"),
        ({"QuietHoursExpiry": "7200"}, "2026-01-15T08:00:00Z"),
        ({"Language": "es"}, "2026-01-15T16:00:00Z"),
    ],
)
def test_other_hours_hold_what_is_held(night: Office, change: dict[str, str], then: str | None) -> None:
    talk = night.open()
    made = [night.send(talk, f"number {n}") for n in range(2)]
    night.clock.now = ms(NIGHT)
    night.work()
    assert night.scene.set(**change).status_code == 200
    night.work(1, 1)
    if then is None:
        assert night.told(talk.bob) == ["number 0", "number 1"] and night.left() == []
    else:
        assert held(night) == sorted((one.sid, then) for one in made)


def test_relayed_ones_go_when_they_are_held_no_longer(night: Office) -> None:
    quiet(night, QuietHoursFor="all")
    talk = night.open()
    night.send(talk, "from the app")
    night.scene.text(talk.alice, talk.alices, "from Alice")
    night.work()
    quiet(night, QuietHoursFor="own")
    night.work(1)
    assert night.told(talk.bob) == ["from Alice"] and len(held(night)) == 1


@pytest.mark.parametrize(("end", "left"), [(close, "canceled"), (remove, "canceled"), (None, "failed")])
def test_what_ends_meanwhile(night: Office, end: Any, left: str) -> None:
    talk = night.open()
    night.send(talk, "never")
    night.work()
    if end:
        end(talk)
    else:
        put(night, talk)
    until(night, LOS_ANGELES_WAKES)
    assert night.told(talk.bob) == [] and night.statuses(talk) == [left] and night.left() == []


@pytest.mark.parametrize("what", ["interaction", "session", "service"])
def test_what_is_deleted_meanwhile(night: Office, what: str) -> None:
    talk = night.open()
    made = night.send(talk, "never")
    night.work()
    gone = {"interaction": talk.session.interactions(made.sid), "session": talk.session, "service": night.scene.service}
    assert gone[what].delete()
    assert night.left() == []
    until(night, LOS_ANGELES_WAKES)
    assert night.told(talk.bob) == []
