"""The choice in a pool with more numbers than a script reads at first, compared with the reference model."""

from __future__ import annotations

import random

import pytest

from common.errors import Refused
from common.sids import new
from services import services
from sessions import participants, sessions
from tests.sessions.model import Model
from tests.sessions.model_pool import Number
from tests.sessions.real_runtime import ACCOUNT, TestClock, build, put_number, us_numbers
from tests.sessions.side_by_side import SideBySide

# Slow: compares the choice of a number among many with the reference model.
pytestmark = pytest.mark.slow


CROWD = [f"+1415555{place:04d}" for place in range(2200, 2260)]


def pool() -> list[Number]:
    return [*us_numbers(40), *us_numbers(30, area="646", group="sms")]


def begin(valkey_url: str, behaviour: str, cooling: int) -> SideBySide:
    clock = TestClock()
    rt = build(valkey_url, clock)
    fields = {"unique_name": new("wide-"), "number_selection_behavior": behaviour, "cooling_seconds": cooling}
    service = services.create_service(rt, ACCOUNT, fields)
    model = Model(lambda who: ("US", "415"), behaviour, cooling * 1000, now=clock.now)
    for number in pool():
        put_number(rt, service, number)
        model.add_number(number)
    return SideBySide(rt, clock, service, model, CROWD)


def open_both(sides: SideBySide, *people: str, mode: str = "message-only") -> str | None:
    """Opens a Session on both sides. Returns its SID, or None if there was no number."""
    given = [{"identifier": who} for who in people]
    found, _ = sides.both(
        lambda: sessions.open_session(sides.rt, sides.service, {"mode": mode}, given),
        lambda: sides.model.open("new", [(who, None) for who in people], mode),
    )
    if not found:
        return None
    opened = sides.model.sessions[found.sid] = sides.model.sessions.pop("new")
    assert [one.proxy_identifier for one in found.participants] == [member.number for member in opened.people]
    return str(found.sid)


@pytest.mark.parametrize("behaviour", ["prefer-sticky", "avoid-sticky"])
def test_one_person_gets_the_least_loaded_of_all_cells_until_none_is_left(valkey_url: str, behaviour: str) -> None:
    sides = begin(valkey_url, behaviour, 0)
    # Sessions with calls load only numbers that can call, so that the lowest loads in the cells differ.
    for who in CROWD[1:]:
        open_both(sides, who, mode="voice-and-message")
    for _ in pool():
        assert open_both(sides, CROWD[0])
    assert open_both(sides, CROWD[0]) is None
    sides.compare()


@pytest.mark.parametrize("seed", range(4))
def test_a_crowd_in_a_wide_pool_gets_what_the_model_says(valkey_url: str, seed: int) -> None:
    dice = random.Random(seed)
    sides = begin(valkey_url, ("prefer-sticky", "avoid-sticky")[seed % 2], (0, 3600)[seed // 2])
    few, live = CROWD[:5], []
    for _ in range(150):
        opened = open_both(sides, *dice.sample(few, 2), mode=dice.choice(["message-only", "voice-and-message"]))
        live += [opened] if opened else []
        if live and dice.random() < 0.4:
            key = live.pop(dice.randrange(len(live)))
            sides.both(
                lambda key=key: sessions.update_session(sides.rt, sides.service, key, {"status": "closed"}),  # type: ignore[misc]
                lambda key=key: sides.model.update(key, "closed"),  # type: ignore[misc]
            )
        sides.wait(dice.choice([1, 1500]))
    sides.compare()


def test_a_person_gets_each_of_many_numbers_only_once(valkey_url: str) -> None:
    sides = begin(valkey_url, "prefer-sticky", 0)
    taken = set()
    for _ in range(40):
        key = sessions.open_session(sides.rt, sides.service, {}, []).sid
        taken.add(participants.add_participant(sides.rt, sides.service, key, {"identifier": CROWD[0]}).proxy_identifier)
    assert len(taken) == 40


def open_for_a_minute(sides: SideBySide, **more: str) -> str:
    """Opens a Session of one person; no job sweeps it when it expires. Returns the proxy number."""
    given = [{"identifier": CROWD[0], **more}]
    [joined] = sessions.open_session(sides.rt, sides.service, {"ttl": 60}, given).participants
    return str(joined.proxy_identifier)


def test_expired_sessions_of_a_person_with_many_leases_free_their_numbers(valkey_url: str) -> None:
    """With so many leases, expired Sessions are closed only when no number is free, not at every choice."""
    sides = begin(valkey_url, "prefer-sticky", 0)
    held = {open_for_a_minute(sides) for _ in range(40)}
    with pytest.raises(Refused) as refused:
        open_for_a_minute(sides)
    assert refused.value.code == 80206
    sides.wait(61_000)
    assert open_for_a_minute(sides) in held


def test_an_expired_session_of_a_person_with_many_leases_frees_the_number_that_was_asked_for(valkey_url: str) -> None:
    sides = begin(valkey_url, "prefer-sticky", 0)
    wanted, *_ = [open_for_a_minute(sides) for _ in range(20)]
    with pytest.raises(Refused) as refused:
        open_for_a_minute(sides, proxy_identifier=wanted)
    assert refused.value.code == 80604
    sides.wait(61_000)
    assert open_for_a_minute(sides, proxy_identifier=wanted) == wanted


def test_of_equal_numbers_the_first_one_is_taken_though_it_is_outside_of_what_was_read_first(valkey_url: str) -> None:
    """Ann takes the only number without a Session, so for Ben it is as loaded as those that were not read."""
    rt, (ann, ben, *others) = build(valkey_url), CROWD
    service = services.create_service(
        rt, ACCOUNT, {"unique_name": new("equal-"), "number_selection_behavior": "avoid-sticky"}
    )
    numbers = [one.number for one in us_numbers(9)]
    for one in us_numbers(9):
        put_number(rt, service, one)
    for who, number in zip([ben, ben, ben, *others], numbers[:8], strict=False):
        sessions.open_session(rt, service, {}, [{"identifier": who, "proxy_identifier": number}])
    opened = sessions.open_session(rt, service, {}, [{"identifier": ann}, {"identifier": ben}])
    assert [one.proxy_identifier for one in opened.participants] == [numbers[8], numbers[3]]
