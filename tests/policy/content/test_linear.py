"""Twice the text needs about twice the work, for any text. Work is counted in calls and lines, never in seconds."""

from __future__ import annotations

import re
import sys

import pytest

from policy.content.content import examine
from policy.content.rules import ContentRules, Mode

# Slow: examines hostile texts of every length.
pytestmark = pytest.mark.slow


ALL = ContentRules(
    phone=Mode.MASK, card=Mode.MASK, email=Mode.MASK, profanity=Mode.MASK, languages=("en", "es", "fr", "de", "pt")
)
SIZE = 20_000
ATTACKS = {
    "digits": "5",
    "spaced digits": "5 ",
    "pairs": "12 34 ",
    "cards": "4111 ",
    "dots": "1.",
    "thousands": "1,234,",
    "dates": "11/21/",
    "words": "five ",
    "fused": "five",
    "nearly fused": "fiveseventyx",
    "plus": "+",
    "brackets": "(+",
    "at": "@",
    "a@": "a@",
    "a.": "a.",
    "at words": "a at b dot ",
    "spaces": " ",
    "tabs": "\t",
    "letters": "a",
    "spaced letters": "f u c ",
    "stars": "f*",
    "repeats": "fu",
    "zero width": "5\u200b",
    "han": "一",
    "keycaps": "5\ufe0f\u20e3",
    "leet": "o0l1",
    "hyphens": "5-",
    "iban": "de89 3704 ",
    "urls": "https://",
    "order": "order 4839201745 ",
    "dot words": " dot ",
    "hash": "#1-",
    "arabic": "٥ ",
    "fillers": "5 and then ",
    "doubles": "double ",
    "colon": "10:30:",
    "coordinates": "40.7127,",
    "letters of the keypad": "call 800-flowers ",
    "capitals": "1 800 GO ",
    "six digits": "call 350142 ",
    "numbers alone": "so, 40 61 29 34, ",
    "kana": "ゼロハチ",
    "names": "ABN of RUC 51 824 753 ",
    "codes": "A38 0422771904 ",
    "rising pairs": "07 11 18 26 33 ",
    "things afar": "frame so so so so 512345091 ",
}


def steps(text):
    """Number of calls and executed lines in policy/content."""
    count = 0

    def trace(frame, event, argument):
        nonlocal count
        if "/policy/content/" not in frame.f_code.co_filename:
            return None
        count += 1
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        examine(text, [], ALL)
    finally:
        sys.settrace(before)
    return count


@pytest.mark.parametrize("name", ATTACKS)
def test_the_work_grows_with_the_text(name):
    piece = ATTACKS[name]
    small, large = (steps((piece * (size // len(piece) + 1))[:size]) for size in (1_000, 4_000))
    assert large <= 6 * small + 2_000


@pytest.mark.parametrize("name", ATTACKS)
def test_a_very_long_text_is_bounded(name):
    piece = ATTACKS[name]
    text = (piece * (SIZE // len(piece) + 1))[:SIZE]
    assert steps(text) <= 400 * SIZE


def test_no_pattern_repeats_a_repetition():
    """A repeated group must not contain only one repeated element, because then matching can take exponential time."""
    from policy.content import bare, dialable, emails, kana, labels, phones, profanity, runs, shapes, tokens, vanity

    patterns = [
        value
        for module in (bare, dialable, emails, kana, labels, phones, profanity, runs, shapes, tokens, vanity)
        for value in vars(module).values()
        if isinstance(value, re.Pattern)
    ]
    assert len(patterns) > 15
    assert not [
        pattern.pattern[:60]
        for pattern in patterns
        if re.search(r"\((?:\?:)?\\?(?:\w|\[[^]]*\]|\.)[+*]\)[+*{]", pattern.pattern)
    ]
