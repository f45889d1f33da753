"""Quiet hours: when the next text may be sent, by the time zone of the recipient's number."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy.quiet_hours import Hours, hours, next_moment, zones_of

NIGHT = Hours(time(21), time(8))
LONDON, NEW_YORK, SINGAPORE, TOLL_FREE, RUSSIA, NO_AREA, UNKNOWN = (
    "+442079460000", "+12125550100", "+6591234567", "+18005550123", "+78001234567", "+19995550123", "+9995550123",
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
        # Summer time: 08:00 in London is 07:00 UTC.
        (LONDON, "2026-07-15T03:00", "2026-07-15T07:00"),
        # The night in which the clocks go forward.
        (LONDON, "2026-03-28T22:00", "2026-03-29T07:00"),
        (SINGAPORE, "2026-01-15T14:00", "2026-01-16T00:00"),
        # These numbers count as of the United States: it must be day from New York to Hawaii.
        (TOLL_FREE, "2026-01-15T03:00", "2026-01-15T18:00"),
        (NO_AREA, "2026-01-15T03:00", "2026-01-15T18:00"),
        (UNKNOWN, "2026-01-15T03:00", "2026-01-15T08:00"),
        ("", "2026-01-15T03:00", "2026-01-15T08:00"),
    ],
)
def test_the_next_moment(number: str, now: str, then: str) -> None:
    found = datetime.fromtimestamp(next_moment(number, ms(now), NIGHT) / 1000, UTC)
    assert found == datetime.fromisoformat(then).replace(tzinfo=UTC)


@given(
    st.sampled_from([LONDON, NEW_YORK, SINGAPORE, TOLL_FREE, RUSSIA, NO_AREA, UNKNOWN]),
    st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1)),
    st.sampled_from(
        [NIGHT, Hours(time(22, 30), time(1, 30)), Hours(time(2, 15), time(2, 45)), Hours(time(13), time(15))]
    ),
)
def test_never_in_the_past_and_never_far(number: str, moment: datetime, quiet: Hours) -> None:
    now = int(moment.replace(tzinfo=UTC).timestamp() * 1000)
    found = next_moment(number, now, quiet)
    assert now <= found <= now + int(timedelta(days=2).total_seconds() * 1000)
    assert next_moment(number, found, quiet) == found


@pytest.mark.parametrize(
    ("quiet", "now", "then"),
    [
        # Quiet hours in the afternoon, not over midnight.
        ("13:00-15:00", "2026-01-15T18:30", "2026-01-15T20:00"),
        ("13:00-15:00", "2026-01-15T20:00", "2026-01-15T20:00"),
        ("13:00-15:00", "2026-01-15T03:00", "2026-01-15T03:00"),
        # Quiet hours end at a local time that does not exist this night, so they end at 03:30 on the local clock.
        ("22:00-02:30", "2026-03-08T03:00", "2026-03-08T07:30"),
        # Quiet hours end in the hour that occurs twice: they end the first time, then begin and end once more.
        ("22:00-01:30", "2026-11-01T05:10", "2026-11-01T05:30"),
        ("22:00-01:30", "2026-11-01T05:45", "2026-11-01T05:45"),
        ("22:00-01:30", "2026-11-01T06:10", "2026-11-01T06:30"),
        # The clocks go back: the night is one hour longer.
        ("21:00-08:00", "2026-11-01T02:00", "2026-11-01T13:00"),
        ("21:00-08:00", "2026-11-02T02:00", "2026-11-02T13:00"),
        ("21:00-08:00", "2026-10-31T02:00", "2026-10-31T12:00"),
    ],
)
def test_other_hours_in_new_york(quiet: str, now: str, then: str) -> None:
    window = hours(quiet)
    assert window
    found = datetime.fromtimestamp(next_moment(NEW_YORK, ms(now), window) / 1000, UTC)
    assert found == datetime.fromisoformat(then).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    ["", "21-8", "21:00", "24:00-08:00", "21:60-08:00", "08:00-08:00", "21:00-08:00 ", "21:00-8:00", "٢١:00-08:00"],
)
def test_what_is_no_window(text: str) -> None:
    assert hours(text) is None


def test_no_number_is_kept_to_know_its_zones() -> None:
    assert zones_of(LONDON) == ("Europe/London",)
    assert zones_of(LONDON[:-4] + "9999") == zones_of(LONDON)
