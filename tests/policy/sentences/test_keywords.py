"""Keywords that stop and restart messages, in docs/inbound-messages.md, in Maskline and in the simulator."""

from __future__ import annotations

from pathlib import Path

import pytest

from policy.sentences.keywords import CARRIER_STOP_WORDS, OTHER_STOP_WORDS, Keyword, Match, keyword_in, kind_of
from simulator import optout

NUMBERS = {"long code": "+13125551000", "toll-free": "+18885551000", "short code": "55555"}
TEXT = (Path(__file__).parents[3] / "docs" / "inbound-messages.md").read_text()
SECTION = TEXT.split("## Opt-out and opt-in words\n")[1].split("\n## ")[0]
LINES = [
    [cell.strip() for cell in line.strip("| ").split("|")] for line in SECTION.splitlines() if line.startswith("|")
]
CASES = [
    (word, kind, cell)
    for words, *cells in LINES[2:]
    for word in words.split(", ")
    for kind, cell in zip(LINES[0][1:], cells, strict=True)
]


def meant(word: str, cell: str) -> Match | None:
    """The match that a cell of the docs' table describes: "we answer" means that the carrier does not answer."""
    if cell == "relayed":
        return None
    if cell.startswith("ends"):
        return Match(Keyword.STOP, "we answer" not in cell)
    exact = {"YES": Keyword.YES, "UNSTOP": Keyword.UNSTOP}.get(word, Keyword.START)
    return Match(exact, word.isalpha() and "we answer" not in cell)


@pytest.mark.parametrize("word, kind, cell", CASES)
def test_a_word(word: str, kind: str, cell: str) -> None:
    number, expected = NUMBERS[kind], meant(word, cell)
    assert kind_of(number) == kind
    for text in (word, word.lower(), f"  {word}\n"):
        found = keyword_in(text, number)
        if expected and expected.word is not Keyword.STOP and kind == "short code":
            assert found and (found.word, found.answered) == (expected.word, False)
        else:
            assert found == expected, text


@pytest.mark.parametrize("word, kind, cell", CASES)
def test_the_simulated_carrier_means_the_same(word: str, kind: str, cell: str) -> None:
    """The simulated carrier acts on its own keywords, and on no keyword that Maskline answers."""
    says = optout.keyword(word, NUMBERS[kind])
    if word in ("HELP", "INFO"):
        return
    found = keyword_in(word, NUMBERS[kind])
    expected = "" if not found or not found.answered else "stop" if found.word is Keyword.STOP else "start"
    assert says == expected


def test_every_word_is_in_the_table() -> None:
    assert {word for word, _, _ in CASES} > CARRIER_STOP_WORDS | OTHER_STOP_WORDS | {"START", "UNSTOP", "YES"}


@pytest.mark.parametrize("text", ["ＳＴＯＰ", "s\u200btop", "STOP 🛑", "opt-out", "Opt Out", "“stop”"])
def test_letters_and_marks_that_only_look_alike(text: str) -> None:
    assert keyword_in(text, NUMBERS["long code"]) == Match(Keyword.STOP, answered=False)


@pytest.mark.parametrize("text", ["Arrêté", "ARRÊT", "arrete "])
def test_french_with_its_accents(text: str) -> None:
    assert keyword_in(text, NUMBERS["long code"]) == Match(Keyword.STOP, answered=False)


@pytest.mark.parametrize(
    "text", ["please stop", "end of the road", "stop it", "", "🛑", "stopp", "ok", "stop?", "Stop:)", "no", "x" * 65]
)
def test_no_such_word(text: str) -> None:
    assert keyword_in(text, NUMBERS["long code"]) is None


@pytest.mark.parametrize("text, found", [("basta", True), ("Basta!", True), ("basta?", False), ("STOP", True)])
def test_a_word_of_the_services_own(text: str, found: bool) -> None:
    """A Service adds words to the carrier's keywords. It cannot remove those: the carrier would still act on them."""
    assert bool(keyword_in(text, NUMBERS["long code"], {"BASTA"})) == found
