"""Quiet hours for tests: moments of one night, and functions that set quiet hours and read held messages."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from tests.support.outbox import OutboxHarness
from tests.support.webhooks import Conversation

HOURS = "21:00-08:00"
#: In January: 21:30 in New York is 18:30 in Los Angeles, where most of the tests' people are.
EVENING, NIGHT, NEW_YORK_WAKES, LOS_ANGELES_WAKES = (
    "2026-01-15T02:30", "2026-01-15T06:00", "2026-01-15T13:00", "2026-01-15T16:00",
)  # fmt: skip
#: The last second of the day in Los Angeles.
LAST_SECOND = "2026-01-15T04:59:59"


def ms(moment: str) -> int:
    return int(datetime.fromisoformat(moment).replace(tzinfo=UTC).timestamp() * 1000)


def around(now_ms: int) -> str:
    """Quiet hours that began three hours ago and end in three hours, in the time zone of most people in the tests."""
    local = datetime.fromtimestamp(now_ms / 1000, ZoneInfo("America/Los_Angeles"))
    return "-".join(f"{local + timedelta(hours=hours):%H:%M}" for hours in (-3, 3))


def quiet(harness: OutboxHarness, hours: str = HOURS, **more: str) -> None:
    answer = harness.webhooks.set_fields(QuietHours=hours, **more)
    assert answer.status_code == 200, answer.text


def until(harness: OutboxHarness, moment: str, *seconds: float) -> None:
    """Moves the clock to 1 ms before the moment and runs the job, then runs it at the moment and after each wait."""
    harness.clock.now = ms(moment) - 1
    harness.run_job(0.001, *seconds)


def held(harness: OutboxHarness) -> list[tuple[str, str]]:
    return sorted((one["interaction_sid"], one["held_until"]) for one in harness.listed("held"))


def in_new_york(harness: OutboxHarness) -> Conversation:
    """Opens a Session like `open`, but Bob's phone number is in New York."""
    alice, bob = harness.webhooks.new_person(), f"+1212{harness.webhooks.new_person()[5:]}"
    made = harness.webhooks.service.sessions.create(unique_name=f"far {bob[1:]}")
    session = harness.webhooks.service.sessions(made.sid)
    first, last = (session.participants.create(identifier=one) for one in (alice, bob))
    return Conversation(session, alice, bob, first.proxy_identifier, last.proxy_identifier, last.sid)
