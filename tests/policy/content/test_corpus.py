"""The policy's figures on the corpora: tuned, held out, written by hand, and blind (first read before any use)."""

from __future__ import annotations

from pathlib import Path

import pytest

from policy.content.profanity import languages
from policy.content.rules import ContentRules, Mode
from tests.policy.content import rows
from tests.policy.content.generate import corpus
from tests.policy.content.templates import templates

CORPUS = Path(__file__).parent / "corpus"
FILES = {
    "tuned": ("tuned-positives", "tuned-negatives"),
    "heldout": ("heldout-positives", "heldout-negatives"),
    "hand": ("hand",),
    "blind": ("blind",),
}
PRECISION, RECALL = 0.98, 0.95


def load(name):
    return [row for file in FILES[name] for row in rows.read(CORPUS / f"{file}.tsv")]


@pytest.mark.parametrize("category", ["phone", "card"])
@pytest.mark.parametrize("name", FILES)
def test_numbers_and_cards(name, category):
    figures = rows.figures(load(name), category)
    print(f"\n{name:8} {category:6} {figures}")
    assert figures.precision >= PRECISION
    assert figures.recall >= RECALL


@pytest.mark.parametrize("category", ["email", "profanity"])
def test_addresses_and_words(category):
    every = ContentRules(phone=Mode.FLAG, email=Mode.FLAG, profanity=Mode.FLAG, languages=languages())
    figures = rows.figures(rows.read(CORPUS / "words.tsv"), category, every)
    print(f"\nwords    {category:10} {figures}")
    assert figures.precision >= PRECISION
    assert figures.recall >= RECALL


def test_ordinary_talk_holds_no_profanity():
    every = ContentRules(profanity=Mode.FLAG, languages=languages())
    negatives = [row for name in FILES for row in load(name) if row.category == "none"]
    assert [row.text for row in negatives if rows.found_in(row, every)] == []


def test_the_corpus_is_large_and_the_held_out_part_is_another():
    every = [row for name in FILES for row in load(name)]
    assert sum(row.category in ("phone", "card") for row in every) >= 1200
    assert sum(row.category == "none" for row in every) >= 1200
    tuned, heldout = templates("tuned"), templates("heldout")
    assert set(tuned.traps).isdisjoint(heldout.traps)
    told = [{text for texts in source.calls.values() for text in texts} for source in (tuned, heldout)]
    assert told[0].isdisjoint(told[1])


@pytest.mark.parametrize("name", ["tuned", "heldout"])
def test_the_files_are_what_the_templates_make(name):
    positives, negatives = corpus(name)
    assert rows.read(CORPUS / f"{name}-positives.tsv") == positives
    assert rows.read(CORPUS / f"{name}-negatives.tsv") == negatives
