"""The contents of a verdict: spans of the original text, the redacted text, the strongest action, never a value."""

from __future__ import annotations

import sys
import unicodedata

import pytest

from policy.content.characters import flatten
from policy.content.content import examine
from policy.content.rules import Category, ContentRules, Finding, Mode, Verdict
from policy.content.runs import read

MASK = ContentRules(phone=Mode.MASK, card=Mode.MASK, email=Mode.MASK, profanity=Mode.MASK)


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("Call (212) 555-0147 now", "Call ••• now"),
        ("Call +44 7700 900123.", "Call •••."),
        ("👩‍👩‍👧 7️⃣7️⃣0️⃣0️⃣9️⃣0️⃣0️⃣1️⃣2️⃣3️⃣👩🏽‍🚀", "👩‍👩‍👧 •••👩🏽‍🚀"),
        ("Ünïcödé\u00a0é 07700 900123\r\n  z\u0301", "Ünïcödé\u00a0é •••\r\n  z\u0301"),
        ("0\u200b7\u200b7\u200b0\u200b0\u200b9\u200b0\u200b0\u200b1\u200b2\u200b3 ok", "••• ok"),
        ("john at gmail dot com or 4111 1111 1111 1111", "••• or •••"),
        ("oh f*ck, 07700 900123", "oh •••, •••"),
        ("number 07700 900123, order 4839201745", "number •••, order 4839201745"),
    ],
)
def test_only_what_was_found_is_covered(text, masked):
    assert examine(text, [], MASK).masked == masked


def test_spans_are_of_the_original():
    text = "𝟎𝟕𝟕𝟎𝟎 𝟗𝟎𝟎𝟏𝟐𝟑 is mine"
    (found,) = examine(text, [], MASK).findings
    assert (found.category, text[found.end :]) == (Category.PHONE, " is mine")


def test_the_strongest_action_wins():
    rules = ContentRules(phone=Mode.BLOCK, email=Mode.FLAG)
    assert examine("a@example.com", [], rules).action is Mode.FLAG
    assert examine("a@example.com 07700 900123", [], rules).action is Mode.BLOCK
    assert examine("see you at 10:30", [], rules).action is Mode.OFF


def test_flagged_is_not_covered():
    rules = ContentRules(phone=Mode.MASK, email=Mode.FLAG)
    assert examine("a@example.com 07700 900123", [], rules).masked == "a@example.com •••"


def test_off_finds_nothing():
    verdict = examine("call 07700 900123, a@example.com, 4111 1111 1111 1111, shit", [], ContentRules())
    assert verdict == Verdict((), Mode.OFF, "call 07700 900123, a@example.com, 4111 1111 1111 1111, shit")


def test_a_card_is_no_phone_even_if_cards_are_welcome():
    assert not examine("4111 1111 1111 1111", [], ContentRules(phone=Mode.MASK)).findings


def test_the_end_of_a_number_begun_before():
    verdict = examine("900123 ok?", ["hi there", "my number is 0770", "0"], MASK)
    assert (verdict.masked, verdict.findings) == ("••• ok?", (Finding(Category.PHONE, 0, 6, 2),))


def test_a_number_told_before_does_not_taint_what_follows():
    assert not examine("5 or 6?", ["my number is 07700 900123"], MASK).findings


@pytest.mark.parametrize(
    ("allowed", "text"),
    [
        ("+44 20 7946 0018", "call our office 020 7946 0018"),
        ("020 7946 0018", "call +442079460018"),
        ("@shop.example", "write to help@shop.example"),
        ("sales@shop.example.com", "write to SALES at shop dot example dot com"),
        ("damn", "damn!"),
    ],
)
def test_what_is_allowed_is_not_found(allowed, text):
    rules = ContentRules(phone=Mode.MASK, email=Mode.MASK, profanity=Mode.MASK, lists={"en": "damn"})
    assert examine(text, [], rules).findings
    allowing = ContentRules(
        phone=Mode.MASK, email=Mode.MASK, profanity=Mode.MASK, lists={"en": "damn"}, allowed=(allowed,)
    )
    assert not examine(text, [], allowing).findings


def test_a_service_brings_its_own_words():
    rules = ContentRules(profanity=Mode.MASK, lists={"en": "# ours\nfrob*\nблин\n糟糕"})
    assert examine("FROBNICATE! shit. блин 太糟糕了", [], rules).masked == "•••! shit. ••• 太•••了"


def test_no_value_in_any_repr():
    text, before = "07700 900123 a@example.com", ["my number is 0770"]
    verdict = examine(text, before, MASK)
    rules = ContentRules(allowed=("07700 900123", "a@example.com"), lists={"en": "secretword"})
    shown = repr(verdict) + repr(rules) + str(verdict.findings)
    shown += repr(read(flatten(text))) + repr(flatten(text))
    for secret in ("900123", "07700", "example.com", "secretword", "0770"):
        assert secret not in shown


def test_no_text_raises():
    strange = [
        "",
        "\ud800\udc00",
        "\ud83d",
        "\x00",
        "½⅓Ⅷ㊿𐄢",
        "٠" * 40,
        "+",
        "(+",
        "@",
        "@@",
        "a@",
        "零",
        "\u0301\u0301",
        "9" * 5000,
        "\U000e0031" * 9,
    ]
    strange += [chr(code) * 8 for code in range(0, sys.maxunicode, 997)]
    strange += [chr(code) + "5550123" for code in range(0, 0x3100, 5) if unicodedata.category(chr(code)) != "Cn"]
    for text in strange:
        verdict = examine(text, [text, text], MASK)
        assert all(0 <= found.start < found.end <= len(text) for found in verdict.findings)


@pytest.mark.parametrize(
    ("countries", "found"), [((), True), (("FR",), True), (("US",), False), (("US", "FR"), True), (("GB",), False)]
)
def test_a_number_without_country_code_is_of_one_of_the_two_countries(countries: tuple[str, ...], found: bool) -> None:
    verdict = examine("le bouquet est pour Loïc 06 39 98 12 34 demain", [], MASK, countries)
    assert bool(verdict.findings) is found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("the SIRET is on the form, it's 842205519", False),
        ("the number on the invoice? 51 824 753 556", False),
        ("part 137221600 or the newer 5304483454", False),
        ("the code they texted me is 550157 but it expired", False),
        ("text me at 550157", True),
        ("start with 06 39 then add 98 12 and at the end 34", True),
        ("backwards: 432 18 99 360", True),
        ("take 432 18 99 360", False),
    ],
)
def test_what_a_number_stands_for(text: str, found: bool) -> None:
    assert bool(examine(text, [], ContentRules(phone=Mode.MASK, languages=("en", "fr")), ("FR",)).findings) is found
