"""In quiet hours the app's messages wait until it is day for the recipient; people's messages to each other go on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.outbox.messages.test_stopped import close, put, remove
from tests.support.outbox import OutboxHarness
from tests.support.quiet_hours import (
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
from tests.support.webhooks import WebhookHarness

# Slow: plays whole nights and mornings.
pytestmark = pytest.mark.slow


Opens = Callable[[str], OutboxHarness]


def test_two_zones(opens: Opens) -> None:
    harness = opens(EVENING)
    far, near = in_new_york(harness), harness.open()
    late = [harness.send(far, f"number {n}") for n in range(2)]
    harness.send(near, "it is day here")
    harness.run_job(1)
    assert (harness.received(far.bob), harness.received(near.bob)) == ([], ["it is day here"])
    assert held(harness) == sorted((one.sid, "2026-01-15T13:00:00Z") for one in late) and harness.states() == []
    harness.clock.now = ms(NIGHT)
    harness.send(near, "at night")
    until(harness, NEW_YORK_WAKES)
    assert harness.received(far.bob) == ["number 0"]
    harness.run_job(1)
    assert harness.received(far.bob) == ["number 0", "number 1"]
    until(harness, LOS_ANGELES_WAKES)
    assert harness.received(near.bob) == ["it is day here", "at night"] and harness.keys_left() == []
    assert [harness.state(one) for one in late] == [("delivered", sid) for sid in harness.sent_sids(far.bob)]
    assert [e["interaction"] for e in harness.events("message.held")][:2] == [one.sid for one in late]


def test_nothing_goes_a_moment_too_early(night: OutboxHarness) -> None:
    conversation = night.open()
    night.send(conversation, "hello")
    night.run_job()
    night.clock.now = ms(LOS_ANGELES_WAKES) - 1
    night.run_job()
    assert night.received(conversation.bob) == []
    night.run_job(0.001)
    assert night.received(conversation.bob) == ["hello"]


def test_off_by_default(night: OutboxHarness) -> None:
    night.webhooks = WebhookHarness(night.webhooks.stack, night.clock, numbers=2)
    conversation = night.open()
    night.send(conversation, "hello")
    night.run_job()
    assert night.received(conversation.bob) == ["hello"]


@pytest.mark.parametrize(
    ("moment", "wakes"),
    [
        # The night in which the clocks go forward is one hour shorter, the other one is one hour longer.
        ("2026-03-08T06:00", "2026-03-08T15:00"),
        ("2026-11-01T06:00", "2026-11-01T16:00"),
        ("2026-10-31T06:00", "2026-10-31T15:00"),
    ],
)
def test_changes_of_the_clock(opens: Opens, moment: str, wakes: str) -> None:
    harness = opens(moment)
    conversation = harness.open()
    made = harness.send(conversation, "hello")
    harness.run_job()
    assert held(harness) == [(made.sid, f"{wakes}:00Z")]
    until(harness, wakes)
    assert harness.received(conversation.bob) == ["hello"]


def test_order_is_kept_also_with_what_comes_in_the_morning(night: OutboxHarness) -> None:
    conversation = night.open()
    for n in range(4):
        night.send(conversation, f"number {n}")
        night.run_job(2)
    night.clock.now = ms(LOS_ANGELES_WAKES)
    night.send(conversation, "number 4")
    night.run_job(*[1] * 5)
    assert night.received(conversation.bob) == [f"number {n}" for n in range(5)] and night.keys_left() == []


def test_people_write_to_each_other_meanwhile(night: OutboxHarness) -> None:
    """Their messages go out in the answer to the webhook, and through the outbox as well."""
    conversation = night.open()
    night.send(conversation, "from the app")
    night.run_job()
    assert conversation.bob in night.webhooks.text(conversation.alice, conversation.alices, "are you awake?")
    night.send(conversation, "from the app too")
    assert "<Message" not in night.webhooks.text(conversation.alice, conversation.alices, "hello?")
    night.run_job(1)
    assert night.received(conversation.bob) == ["are you awake?", "hello?"]
    assert [one["source"] for one in night.listed("held")] == ["app", "app"]
    until(night, LOS_ANGELES_WAKES, 1)
    assert night.received(conversation.bob)[2:] == ["from the app", "from the app too"]


def test_person_to_person_too_if_the_service_says_so(night: OutboxHarness) -> None:
    quiet(night, QuietHoursFor="all")
    conversation = night.open()
    assert "<Message" not in night.webhooks.text(conversation.alice, conversation.alices, "one")
    night.send(conversation, "two")
    night.webhooks.text(conversation.alice, conversation.alices, "three")
    night.run_job(1, 1)
    night.webhooks.text(conversation.alice, conversation.alices, "four")
    night.run_job(1)
    assert night.received(conversation.bob) == []
    assert sorted(one["source"] for one in night.listed("held")) == ["app", "relayed", "relayed", "relayed"]
    until(night, LOS_ANGELES_WAKES, 1, 1, 1)
    assert night.received(conversation.bob) == ["one", "two", "three", "four"]
    assert night.statuses(conversation) == ["delivered"] * 4 and night.keys_left() == []


def test_by_day_person_to_person_goes_by_the_outbox_for_such_a_service_alone(opens: Opens) -> None:
    harness = opens(EVENING)
    conversation = harness.open()
    assert conversation.bob in harness.webhooks.text(conversation.alice, conversation.alices, "by the answer")
    quiet(harness, QuietHoursFor="all")
    assert "<Message" not in harness.webhooks.text(conversation.alice, conversation.alices, "by the outbox")
    harness.run_job()
    assert harness.received(conversation.bob) == ["by the answer", "by the outbox"]
    quiet(harness, "")
    assert conversation.bob in harness.webhooks.text(conversation.alice, conversation.alices, "by the answer again")


def test_what_we_answer_at_once_is_not_held(night: OutboxHarness) -> None:
    """A person who wrote a moment ago is awake."""
    quiet(night, QuietHoursFor="all")
    stranger = night.webhooks.new_person()
    night.webhooks.text(stranger, night.webhooks.pool[0], "hello?")
    assert len(night.received(stranger)) == 1


@pytest.mark.parametrize(("most", "when"), [("3600", "2026-01-15T07:00"), ("0", NIGHT)])
def test_held_too_long(night: OutboxHarness, most: str, when: str) -> None:
    quiet(night, QuietHoursExpiry=most)
    conversation = night.open()
    night.clock.now = ms(NIGHT) - 1
    made = night.send(conversation, "now or never")
    night.run_job()
    if most != "0":
        assert held(night) == [(made.sid, f"{when}:00Z")]
        night.clock.now = ms(when) + 300_000
        night.run_job()
    assert night.received(conversation.bob) == [] and night.keys_left() == []
    assert night.state(made) == ("canceled", None)
    assert night.events("message.expired") == [{"interaction": made.sid, "reason": "expired"}]
    # The event has the moment at which the message expired, not the moment at which the job ran.
    (at,) = [int(event["at"]) for event in night.webhooks.events() if event["t"] == "message.expired"]
    assert at // 1000 == ms(when) // 1000
    until(night, LOS_ANGELES_WAKES, 1)
    assert night.received(conversation.bob) == [] and night.events("message.canceled") == []


def test_the_first_expires_and_the_next_goes_on(night: OutboxHarness) -> None:
    quiet(night, QuietHoursExpiry="7200")
    conversation = night.open()
    night.send(conversation, "expires")
    night.run_job()
    night.clock.now = ms("2026-01-15T14:30")
    night.send(conversation, "in time")
    night.run_job()
    assert night.statuses(conversation) == ["canceled", "queued"]
    until(night, LOS_ANGELES_WAKES)
    assert night.received(conversation.bob) == ["in time"]


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
def test_other_hours_hold_what_is_held(night: OutboxHarness, change: dict[str, str], then: str | None) -> None:
    conversation = night.open()
    made = [night.send(conversation, f"number {n}") for n in range(2)]
    night.clock.now = ms(NIGHT)
    night.run_job()
    assert night.webhooks.set_fields(**change).status_code == 200
    night.run_job(1, 1)
    if then is None:
        assert night.received(conversation.bob) == ["number 0", "number 1"] and night.keys_left() == []
    else:
        assert held(night) == sorted((one.sid, then) for one in made)


def test_relayed_ones_go_when_they_are_held_no_longer(night: OutboxHarness) -> None:
    quiet(night, QuietHoursFor="all")
    conversation = night.open()
    night.send(conversation, "from the app")
    night.webhooks.text(conversation.alice, conversation.alices, "from Alice")
    night.run_job()
    quiet(night, QuietHoursFor="own")
    night.run_job(1)
    assert night.received(conversation.bob) == ["from Alice"] and len(held(night)) == 1


@pytest.mark.parametrize(("end", "left"), [(close, "canceled"), (remove, "canceled"), (None, "failed")])
def test_what_ends_meanwhile(night: OutboxHarness, end: Any, left: str) -> None:
    conversation = night.open()
    night.send(conversation, "never")
    night.run_job()
    if end:
        end(conversation)
    else:
        put(night, conversation)
    until(night, LOS_ANGELES_WAKES)
    assert night.received(conversation.bob) == [] and night.statuses(conversation) == [left] and night.keys_left() == []


@pytest.mark.parametrize("what", ["interaction", "session", "service"])
def test_what_is_deleted_meanwhile(night: OutboxHarness, what: str) -> None:
    conversation = night.open()
    made = night.send(conversation, "never")
    night.run_job()
    gone = {
        "interaction": conversation.session.interactions(made.sid),
        "session": conversation.session,
        "service": night.webhooks.service,
    }
    assert gone[what].delete()
    assert night.keys_left() == []
    until(night, LOS_ANGELES_WAKES)
    assert night.received(conversation.bob) == []
