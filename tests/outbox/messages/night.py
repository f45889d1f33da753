"""The nights of the tests of quiet hours, and what is looked at in them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from tests.outbox.messages.office import Office
from tests.proxy.webhooks.scene import Talk

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
    """Quiet hours that have begun and are not over where most people are."""
    local = datetime.fromtimestamp(now_ms / 1000, ZoneInfo("America/Los_Angeles"))
    return "-".join(f"{local + timedelta(hours=hours):%H:%M}" for hours in (-3, 3))


def quiet(office: Office, hours: str = HOURS, **more: str) -> None:
    answer = office.scene.set(QuietHours=hours, **more)
    assert answer.status_code == 200, answer.text


def until(office: Office, moment: str, *seconds: float) -> None:
    """One run of the job just before, then one at that moment, and after each of these times."""
    office.clock.now = ms(moment) - 1
    office.work(0.001, *seconds)


def held(office: Office) -> list[tuple[str, str]]:
    return sorted((one["interaction_sid"], one["held_until"]) for one in office.listed("held"))


def in_new_york(office: Office) -> Talk:
    """As `open`, with a Bob who is there."""
    alice, bob = office.scene.person(), f"+1212{office.scene.person()[5:]}"
    made = office.scene.service.sessions.create(unique_name=f"far {bob[1:]}")
    session = office.scene.service.sessions(made.sid)
    first, last = (session.participants.create(identifier=one) for one in (alice, bob))
    return Talk(session, alice, bob, first.proxy_identifier, last.proxy_identifier, last.sid)
