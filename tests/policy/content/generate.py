"""Writes corpus/*.tsv: `python -m tests.policy.content.generate`. Fixed seeds give the same files each time."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from random import Random

from tests.policy.content import disguises
from tests.policy.content.numbers import card, card_form, grouped, luhn_number, phone
from tests.policy.content.rows import Row, write
from tests.policy.content.templates import HOME, Templates, templates

CORPUS = Path(__file__).parent / "corpus"


def phone_rows(source, random: Random, rounds: int) -> Iterator[Row]:
    for language, lines in source.calls.items():
        for template in lines:
            for _ in range(rounds):
                yield Row("phone", language, template.replace("{p}", _phone(source, language, random)))


def _phone(source, language: str, random: Random) -> str:
    home, form, abroad = phone(random, HOME[language] if random.random() < 0.8 else "")
    written = grouped(home, form, random.choice(source.separators))
    if source.name == "heldout":
        ways = _heldout_ways(source, home, form, abroad, written, language, random)
    else:
        ways = _tuned_ways(source, home, form, abroad, written, language, random)
    return random.choice(ways)


def _plain_ways(home, form, abroad, written, source, random) -> list[str]:
    spaced = grouped(home, form, " ")
    # A number without a disguise should be as frequent as all disguises together.
    plain = [
        home,
        spaced,
        written,
        abroad,
        grouped(home, form, "-"),
        f"{abroad[:3]} {abroad[3:6]} {abroad[6:]}",
        random.choice(source.digit_separators).join(home),
    ]
    return plain * 2


def _tuned_ways(source: Templates, home, form, abroad, written, language, random) -> list[str]:
    spoken = language if language in disguises.WORDS else "en"
    paren = f"({home[:3]}) {home[3:6]}-{home[6:]}" if form == "3-3-4" else f"({home[:4]}) {home[4:]}"
    return [
        *_plain_ways(home, form, abroad, written, source, random),
        paren,
        "00" + abroad[1:],
        disguises.said(home, spoken),
        disguises.said(home, spoken, "-"),
        disguises.half_said(home, spoken, random),
        disguises.keycaps(home),
        disguises.scripted(home, "full"),
        disguises.scripted(home, "arabic"),
        disguises.drawn(home, disguises.CIRCLED),
        disguises.scripted(home, "bold"),
        disguises.unseen(home, random),
        disguises.letters(written, random),
        disguises.doubled(home),
        disguises.heard(home),
        disguises.said(home, "zh" if language == "ja" else spoken, ""),
        disguises.french_pairs(home) if language == "fr" else disguises.said(home, spoken, ", "),
    ]


def _heldout_ways(source: Templates, home, form, abroad, written, language, random) -> list[str]:
    spoken = language if language in disguises.WORDS else "en"
    return [
        *_plain_ways(home, form, abroad, written, source, random),
        f"+{abroad[1:3]} (0) {home.lstrip('0')}",
        abroad[1:],
        disguises.said(home, spoken, "..."),
        disguises.said(home, spoken, "\n"),
        disguises.half_said(home, spoken, random).upper(),
        disguises.keycaps(written),
        disguises.scripted(written, "devanagari"),
        disguises.scripted(home, "persian"),
        disguises.drawn(home, disguises.RAISED),
        disguises.drawn(written, disguises.NEGATIVE),
        disguises.scripted(home, "mono"),
        disguises.leet(home),
        disguises.tens(home),
        "🔥".join(home),
        disguises.said(home, "zh3", "") if language == "zh" else disguises.said(home, "zh2", ""),
        disguises.unseen(written, random),
    ]


def card_rows(source, random: Random, rounds: int) -> Iterator[Row]:
    for template in source.pays:
        for _ in range(rounds):
            digits = card(random)
            by = random.choice(source.separators)
            ways = [
                digits,
                grouped(digits, card_form(digits), " "),
                grouped(digits, card_form(digits), by),
                grouped(digits, card_form(digits), "-"),
                " ".join(digits),
                random.choice(source.digit_separators).join(digits),
                disguises.said(digits, "en" if source.name == "tuned" else "es"),
                disguises.scripted(digits, "full" if source.name == "tuned" else "sans"),
                disguises.unseen(digits, random),
            ]
            yield Row("card", "", template.replace("{c}", random.choice(ways)))


def split_rows(source, random: Random, rounds: int) -> Iterator[Row]:
    for *before, text in source.splits * rounds:
        home = phone(random)[0]
        cuts = {"{a}": home[:4], "{b}": home[4:7], "{c}": home[7:]}
        yield Row("phone", "split", _filled(text, cuts), tuple(_filled(part, cuts) for part in before))
    for *before, text in source.card_splits * rounds:
        digits = luhn_number(random, "411111", 16)
        cuts = {f"{{{name}}}": digits[at * 4 : at * 4 + 4] for at, name in enumerate("abcd")}
        yield Row("card", "split", _filled(text, cuts), tuple(_filled(part, cuts) for part in before))


def trap_rows(source, random: Random, rounds: int) -> Iterator[Row]:
    seen = set()
    for template in source.traps:
        for _ in range(rounds):
            text = _trap(template, random)
            if text not in seen:
                seen.add(text)
                yield Row("none", "", text)


def _trap(template: str, random: Random) -> str:
    while "{" in template:
        name = template[template.index("{") : template.index("}") + 1]
        template = template.replace(name, _value(name[1:-1], random), 1)
    return template


def _value(name: str, random: Random) -> str:
    kinds = {
        "h": lambda: str(random.randint(10, 22)),
        "m": lambda: random.choice(["00", "15", "30", "45"]),
        "d": lambda: f"{random.randint(1, 28):02}",
        "mo": lambda: f"{random.randint(1, 12):02}",
        "y": lambda: str(random.randint(2024, 2028)),
        "L16": lambda: luhn_number(random, "411111", 16),
        "P": lambda: f"{random.choice('ABCDEFGH')}{random.choice('KLMNP')}{random.randint(10, 99)} XYZ",
    }
    if name in kinds:
        return kinds[name]()
    size = int(name.removeprefix("n"))
    return str(random.randint(1, 9)) + "".join(str(random.randrange(10)) for _ in range(size - 1))


def _filled(text: str, values: dict[str, str]) -> str:
    for name, value in values.items():
        text = text.replace(name, value)
    return text


def conversations(source, random: Random, rounds: int) -> Iterator[Row]:
    """Series of trap texts from the same person; no number begins in one text and ends in the next."""
    texts = [row.text for row in trap_rows(source, random, 1)]
    for _ in range(rounds):
        yield Row("none", "split", random.choice(texts), tuple(random.choice(texts) for _ in range(3)))


def corpus(name: str) -> tuple[list[Row], list[Row]]:
    """Returns the rows that the policy must find and the rows that it must not find."""
    source, random = templates(name), Random({"tuned": 11, "heldout": 23}[name])
    positives = [*phone_rows(source, random, 12), *card_rows(source, random, 14), *split_rows(source, random, 6)]
    return positives, [*trap_rows(source, random, 6), *conversations(source, random, 120)]


def main() -> None:
    for name in ("tuned", "heldout"):
        positives, negatives = corpus(name)
        write(CORPUS / f"{name}-positives.tsv", positives)
        write(CORPUS / f"{name}-negatives.tsv", negatives)
        print(name, len(positives), len(negatives), file=sys.stderr)


if __name__ == "__main__":
    main()
