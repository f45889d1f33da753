"""ARCHITECTURE.md names only files and functions that exist, lists all rooms in order, and no room is too big."""

from __future__ import annotations

import re

import pytest

from tests.guards.source import PRODUCT, ROOT
from tests.guards.test_imports import APART, ROOMS

TEXT = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
NAMED = sorted(set(re.findall(r"`((?:[a-z_]+/)+[a-z_]*(?:\.py|\.lua|\.md)?)(?:: (\w+))?`", TEXT)))
MOST_LINES = 150
#: A room's largest share of the product's lines, so that no room becomes a second product.
MOST_SHARE = 0.20


@pytest.mark.parametrize("path, function", NAMED, ids=[": ".join(filter(None, named)) for named in NAMED])
def test_what_it_names_exists(path: str, function: str) -> None:
    assert (ROOT / path).exists() or any((ROOT / room / path).exists() for room in ROOMS)
    if function:
        text = (ROOT / path).read_text(encoding="utf-8")
        assert re.search(rf"(def|class|function) (\w+\.)?{function}\b", text)


def test_one_message_takes_twelve_functions_at_most() -> None:
    assert len(re.findall(r"^\| \d+ \|", TEXT, re.MULTILINE)) <= 12


def test_the_map_has_every_room_in_its_order() -> None:
    rows = re.findall(r"^\| `([a-z]+)/`", TEXT, re.MULTILINE)
    assert [room for room in rows if room in ROOMS] == list(ROOMS)


def test_it_is_short() -> None:
    assert len(TEXT.splitlines()) <= MOST_LINES


def test_no_room_is_too_big() -> None:
    lines = {room: _lines(room) for room in PRODUCT if room not in APART}
    total = sum(lines.values()) + sum(map(_lines, APART))
    assert not {room: count for room, count in lines.items() if count > MOST_SHARE * total}


def _lines(room: str) -> int:
    paths = (path for suffix in ("py", "lua") for path in (ROOT / room).rglob(f"*.{suffix}"))
    return sum(len(path.read_text(encoding="utf-8").splitlines()) for path in paths)
