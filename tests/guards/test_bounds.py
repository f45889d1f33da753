"""Nothing in the store grows without end by requests alone: each key has a bound, and each bound is documented."""

from __future__ import annotations

from dataclasses import fields

import pytest

from common.config import Settings
from common.script_errors import FULL, MORE_SENTENCES
from storage.bounds import BOUNDS, FIXED, LIFE, MEMORY, OPERATOR
from storage.keys import ACCOUNT_KEYS, RING_KEYS, SERVICE_KEYS
from tests.guards.source import ROOT

KEYS = {**SERVICE_KEYS, **ACCOUNT_KEYS, **RING_KEYS}
SETTINGS = {field.name.upper() for field in fields(Settings)}
LASTING = ("the Service's", "the account's", "the Session's", "for ever", "until an operator acts", "until lifted")
LIMITS = (ROOT / "docs/limits.md").read_text(encoding="utf-8")
#: A job removes what has been there for long enough, although the key itself stays.
CLEANED = {"unreachable"}


def test_each_key_has_a_bound():
    assert set(BOUNDS) == set(KEYS), "storage/bounds.py says for each key of storage/keys.py what bounds it"


@pytest.mark.parametrize("name", sorted(BOUNDS))
def test_a_bound_leads_to_something_that_bounds(name):
    seen = [name]
    while (bound := BOUNDS[seen[-1]]).startswith("one "):
        following = bound.removeprefix("one ")
        assert following in BOUNDS and following not in seen, f"{seen} goes round or leads nowhere"
        seen.append(following)
    assert bound in {FIXED, LIFE, MEMORY, OPERATOR} | SETTINGS


@pytest.mark.parametrize("name", sorted(name for name, bound in BOUNDS.items() if bound == LIFE))
def test_what_time_bounds_does_not_stay(name):
    assert KEYS[name].life not in LASTING or name in CLEANED


@pytest.mark.parametrize("setting", sorted(set(BOUNDS.values()) & SETTINGS))
def test_each_setting_that_bounds_is_in_the_table(setting):
    assert f"| `{setting}` |" in LIMITS


def test_each_error_of_a_full_collection_names_a_setting_in_the_table():
    for sentence in (*FULL.values(), *MORE_SENTENCES.values()):
        named = [word.strip(".,:") for word in sentence.split() if word.startswith("MAX_")]
        assert named and all(f"| `{name}` |" in LIMITS for name in named), sentence


def test_the_page_says_what_only_memory_bounds():
    """It is a short list on purpose: whoever adds to it says so to operators."""
    assert {name for name, bound in BOUNDS.items() if bound == MEMORY} == {
        "interactions", "events", "parked", "optouts",
    }  # fmt: skip
    assert "Interactions, opt-outs, parked messages and events" in LIMITS
