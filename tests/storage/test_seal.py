"""Sealed values and the blind index."""

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.index import Index
from storage.seal import Seal, SealBroken

OLD, NEW = os.urandom(32), os.urandom(32)


class Keys(dict[int, bytes]):
    """The highest id seals, all open."""

    def sealing_key(self) -> tuple[int, bytes]:
        return max(self), self[max(self)]

    def find_key(self, key_id: int) -> bytes | None:
        return self.get(key_id)


def sealed_with(keys: dict[int, bytes]) -> Seal:
    return Seal(Keys(keys))


@given(st.text(), st.text())
def test_what_was_sealed_opens_in_its_place_alone(value: str, elsewhere: str) -> None:
    seal = sealed_with({1: OLD})
    sealed = seal.seal(value, "place")
    assert seal.open(sealed, "place") == value
    with pytest.raises(SealBroken):
        seal.open(sealed, "place" + elsewhere + "!")


def test_a_lone_surrogate_survives() -> None:
    seal = sealed_with({1: OLD})
    assert seal.open(seal.seal("a\ud83d", "p"), "p") == "a\ud83d"


def test_two_seals_of_one_value_differ() -> None:
    seal = sealed_with({1: OLD})
    assert seal.seal("+14155550123", "p") != seal.seal("+14155550123", "p")


def test_an_older_key_still_opens_and_the_newest_seals() -> None:
    old = sealed_with({1: OLD}).seal("value", "p")
    both = sealed_with({1: OLD, 2: NEW})
    assert both.open(old, "p") == "value"
    with pytest.raises(SealBroken):
        sealed_with({1: OLD}).open(both.seal("value", "p"), "p")


@pytest.mark.parametrize("broken", ["", "AQ", "AQAAAA"])
def test_a_short_value_is_broken(broken: str) -> None:
    with pytest.raises(SealBroken):
        sealed_with({1: OLD}).open(broken, "p")


def test_any_flipped_bit_is_noticed() -> None:
    seal = sealed_with({1: OLD})
    sealed = seal.seal("+14155550123", "p")
    for at in range(len(sealed) - 1):
        other = "A" if sealed[at] != "A" else "B"
        with pytest.raises(SealBroken):
            seal.open(sealed[:at] + other + sealed[at + 1 :], "p")


def test_people_cannot_be_linked_across_services() -> None:
    index = Index(OLD)
    assert index.of("KS1", "tel", "+14155550123") == index.of("KS1", "tel", "+14155550123")
    assert index.of("KS1", "tel", "+14155550123") != index.of("KS2", "tel", "+14155550123")
    assert len(index.of("KS1", "tel", "+14155550123")) == 22
    assert Index(NEW).of("KS1", "tel", "x") != index.of("KS1", "tel", "x")
