"""The search finds a canary in every spelling; only then does a search without findings prove something."""

from __future__ import annotations

from base64 import b32encode, b64encode, urlsafe_b64encode
from collections.abc import Callable
from urllib.parse import quote, urlencode

import pytest

from tests.privacy.spellings import Search

NUMBER, NATIONAL = "+14155557301", "4155557301"
WORD = "violet walrus >?~ 17"
search = Search([NUMBER], [WORD])

SPELLINGS: dict[str, Callable[[], str | bytes]] = {
    "E.164": lambda: f"to={NUMBER};",
    "digits": lambda: f'"1{NATIONAL}"',
    "national": lambda: f"tel {NATIONAL}!",
    "spaced": lambda: "call +1 415 555 7301",
    "spaced: national": lambda: "call (415) 555-7301",
    "spaced: dots": lambda: "415.555.7301",
    "spaced: dashes": lambda: "1-415-555-7301",
    "spaced: of a form": lambda: urlencode({"Identifier": "+1 415 555 7301"}),
    "URL-encoded": lambda: quote(NUMBER, safe=""),
    "URL-encoded: lower case": lambda: quote(NUMBER, safe="").lower(),
    "URL-encoded: every byte": lambda: "".join(f"%{byte:02X}" for byte in NUMBER.encode()),
    "base64: first byte": lambda: b64encode(f"{NUMBER}xy".encode()),
    "base64: second byte": lambda: b64encode(f"a{NUMBER}x".encode()),
    "base64: third byte": lambda: b64encode(f"ab{NUMBER}".encode()),
    "base64: of URLs": lambda: urlsafe_b64encode(f"\xff\xfe?{NUMBER}".encode()),
    "base64: digits alone": lambda: b64encode(NATIONAL.encode()),
    "hex": lambda: NUMBER.encode().hex(),
    "hex: upper case": lambda: NUMBER.encode().hex().upper(),
    "hex: escaped": lambda: "".join(f"\\x{byte:02x}" for byte in NUMBER.encode()),
    "UTF-16: little endian": lambda: NUMBER.encode("utf-16-le"),
    "UTF-16: big endian": lambda: NUMBER.encode("utf-16-be"),
}
WORDS: dict[str, Callable[[], str | bytes]] = {
    "plain": lambda: f"<{WORD}>",
    "URL-encoded": lambda: quote(WORD),
    **{f"base64: shift {n}": lambda n=n: b64encode(b"x" * n + WORD.encode()) for n in range(4)},  # type: ignore[misc]
    **{f"base64: URLs {n}": lambda n=n: urlsafe_b64encode(b"x" * n + WORD.encode()) for n in range(4)},  # type: ignore[misc]
    "hex": lambda: WORD.encode().hex(),
    "UTF-16": lambda: WORD.encode("utf-16-be"),
}


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_a_number_is_found(spelling: str) -> None:
    found = search(planted(SPELLINGS[spelling]()))
    assert f"number 0 as {spelling.partition(':')[0]}" in found


@pytest.mark.parametrize("spelling", WORDS)
def test_a_word_is_found(spelling: str) -> None:
    assert f"word 0 as {spelling.partition(':')[0]}" in search(planted(WORDS[spelling]()))


def test_what_is_clean_is_clean() -> None:
    near = NUMBER[:-1] + "2"
    clean = f"{near} {b64encode(near.encode()).decode()} {near.encode().hex()} {b32encode(NUMBER.encode()).decode()}"
    assert search(planted(clean)) == []


def planted(what: str | bytes) -> bytes:
    return b"\x00\xffbefore" + (what if isinstance(what, bytes) else what.encode()) + b"behind\xfe"
