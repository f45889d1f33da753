"""Our segment counts equal those of Twilio's calculator (npm sms-segments-calculator) for 10,000 generated texts."""

from __future__ import annotations

import json
import random
import subprocess

import pytest

from carrier.segments import segments
from tests.programs import sdks

# Slow: runs whole programs, with the newest and the oldest SDKs, in Python and Node.
pytestmark = pytest.mark.slow


TEXTS = 10_000
#: Pieces that may lie on a border: escape pairs, surrogate pairs, accents, conjuncts, flags, skin tones, families,
#: joiners.
PIECES = [
    "a", "b", " ", "€", "[", "é", "ç", "ж", "中", "한", "각", "ا", "ﷺ", "\n", "\r\n", "😀", "👍🏽", "🇩🇪", "🇫", "❤️", "1️⃣",
    "👨‍👩‍👧", "👩🏿‍🚀", "🧑‍🤝‍🧑", "🫱🏻‍🫲🏿", "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
    "e\u0301", "नि", "क्षि", "กำ",
    "ட்ச", "ஸ்ரீ", "ப்", "\u200d", "\u0301", "\u200b", "\u00ad", "\ufe0f",
]  # fmt: skip
BORDERS = [5, 60, *range(64, 73), 100, *range(132, 137), *range(152, 163), 200, 300, 306]


def corpus(seed: int) -> list[str]:
    chance, found = random.Random(seed), []
    for _ in range(TEXTS):
        pool = [*chance.sample(PIECES, chance.randint(1, 6)), *"aж"[: chance.randint(0, 2)]]
        text, size = "", chance.choice(BORDERS)
        while len(text) < size:
            text += chance.choice(pool) * chance.choice([1, 1, 1, 2, 5])
        found.append(text)
    return found


@pytest.mark.parametrize("seed", [1, 2026])
def test_every_text_counts_the_same(node, seed):
    texts = corpus(seed)
    done = subprocess.run(
        [node, "segments.js"], cwd=sdks.NODE, input=json.dumps(texts), capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    ours = [[str(found.encoding), found.count] for found in map(segments, texts)]
    differ = [
        ascii(text) for text, mine, theirs in zip(texts, ours, json.loads(done.stdout), strict=True) if mine != theirs
    ]
    assert not differ, f"{len(differ)} of {len(texts)}: {differ[:3]}"
