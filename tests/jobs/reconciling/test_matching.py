"""Unit tests of the rule that matches the carrier's resources with legs."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from jobs.reconciling.matching import SLACK_MS, Leg, Resource, match

BODIES = st.sampled_from(["ok", "yes", "on my way"])
TIMES = st.integers(0, 60_000)
LEGS = st.lists(st.tuples(TIMES, BODIES), max_size=8)


def legs_of(given_legs: list[tuple[int, str]]) -> list[Leg]:
    return [Leg(n, at, body) for n, (at, body) in enumerate(given_legs)]


@given(LEGS, LEGS)
def test_each_to_one_and_nothing_before_it_was_asked_for(
    asked: list[tuple[int, str]], had: list[tuple[int, str]]
) -> None:
    legs = legs_of(asked)
    resources = [Resource(f"SM{n}", at, body) for n, (at, body) in enumerate(had)]
    found = match(legs, resources)
    assert len(set(found.values())) == len(found)
    at = {one.sid: one.at_ms for one in resources}
    assert all(at[sid] >= legs[key].at_ms - SLACK_MS for key, sid in found.items() if isinstance(key, int))


@given(LEGS, st.integers(0, 30_000), st.randoms())
def test_all_are_found_in_whatever_order_they_are_listed(
    asked: list[tuple[int, str]], late: int, order: object
) -> None:
    """Equal texts at the same time may be matched either way."""
    legs = legs_of(asked)
    resources = [Resource(f"SM{leg.key}", leg.at_ms + late, leg.body) for leg in legs]
    order.shuffle(resources)  # type: ignore[attr-defined]
    found = match(legs, resources)
    known = {one.sid: (one.at_ms - late, one.body) for one in resources}
    assert {key: known[sid] for key, sid in found.items()} == {leg.key: (leg.at_ms, leg.body) for leg in legs}


@given(LEGS, st.data())
def test_texts_that_the_carrier_changed(asked: list[tuple[int, str]], data: st.DataObject) -> None:
    """If the carrier changed the texts, legs and resources are matched in order of creation."""
    legs = legs_of(asked)
    resources = [Resource(f"SM{leg.key}", leg.at_ms, f"changed: {leg.body}") for leg in legs]
    found = match(legs, data.draw(st.permutations(resources)))
    at = {one.sid: one.at_ms for one in resources}
    assert {key: at[sid] for key, sid in found.items()} == {leg.key: leg.at_ms for leg in legs}


def test_the_closest_in_time_of_what_is_equal() -> None:
    legs = [Leg("lost", 0, "ok"), Leg("sent", 40_000, "ok")]
    assert match(legs, [Resource("SM", 41_000, "ok")]) == {"sent": "SM"}
    assert match(legs, [Resource("SM", 1_000, "ok")]) == {"lost": "SM"}


def test_an_equal_text_goes_before_the_order() -> None:
    legs = [Leg("one", 0, "one"), Leg("two", 1, "two")]
    assert match(legs, [Resource("SM", 2, "two")]) == {"two": "SM"}
