"""When it is day where a number is from."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relay.quiet import Day, next_moment, zones_of

DAY = Day(time(8), time(21))
LONDON, SINGAPORE, TOLL_FREE, RUSSIA, UNKNOWN = (
    "+442079460000", "+6591234567", "+18005550123", "+78001234567", "+19995550123",
)  # fmt: skip


def ms(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() * 1000)


@pytest.mark.parametrize(
    ("number", "now", "then"),
    [
        (LONDON, "2026-01-15T12:00", "2026-01-15T12:00"),
        (LONDON, "2026-01-15T20:59:59", "2026-01-15T20:59:59"),
        (LONDON, "2026-01-15T21:00", "2026-01-16T08:00"),
        (LONDON, "2026-01-15T03:00", "2026-01-15T08:00"),
        # Summer time: eight there is seven here.
        (LONDON, "2026-07-15T03:00", "2026-07-15T07:00"),
        # The night in which the clocks go forward.
        (LONDON, "2026-03-28T22:00", "2026-03-29T07:00"),
        (SINGAPORE, "2026-01-15T14:00", "2026-01-16T00:00"),
        # From Puerto Rico to Hawaii and beyond: day in all of them.
        (TOLL_FREE, "2026-01-15T03:00", "2026-01-15T22:00"),
        (UNKNOWN, "2026-01-15T03:00", "2026-01-15T08:00"),
        ("", "2026-01-15T03:00", "2026-01-15T08:00"),
    ],
)
def test_the_next_moment(number: str, now: str, then: str) -> None:
    found = datetime.fromtimestamp(next_moment(number, ms(now), DAY) / 1000, UTC)
    assert found == datetime.fromisoformat(then).replace(tzinfo=UTC)


@given(
    st.sampled_from([LONDON, SINGAPORE, TOLL_FREE, RUSSIA, UNKNOWN]),
    st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1)),
)
def test_never_in_the_past_and_never_far(number: str, moment: datetime) -> None:
    now = int(moment.replace(tzinfo=UTC).timestamp() * 1000)
    found = next_moment(number, now, DAY)
    assert now <= found <= now + int(timedelta(days=2).total_seconds() * 1000)
    assert next_moment(number, found, DAY) == found


def test_no_number_is_kept_to_know_its_zones() -> None:
    assert zones_of(LONDON) == ("Europe/London",)
    assert zones_of(LONDON[:-4] + "9999") == zones_of(LONDON)
