"""All spellings and encodings of a number or a word, and a search for them."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterable, Mapping
from urllib.parse import quote

import phonenumbers

Forms = dict[str, set[bytes]]


def of_number(number: str) -> Forms:
    """For encodings, searches for the national part alone, because every longer spelling contains it."""
    national = str(phonenumbers.parse(number).national_number)
    groups = [part for style in _styles(number) for part in [re.findall(r"\d+", style)] if len(part) > 1]
    spaced = {glue.join(group) for group in groups for glue in (" ", "-", ".", "%20", "+", "\u00a0")}
    return {
        "E.164": {number.encode()},
        "digits": {number[1:].encode()},
        "national": {national.encode()},
        "spaced": {text.encode() for text in spaced} | {style.encode() for style in _styles(number) if " " in style},
        "URL-encoded": {quote(number, safe="").encode(), f"%2b{number[1:]}".encode(), _every_byte(number)},
        **_encoded(national),
    }


def of_text(text: str) -> Forms:
    return {"plain": {text.encode()}, "URL-encoded": {quote(text, safe="").encode()}, **_encoded(text)}


def _styles(number: str) -> list[str]:
    parsed, style = phonenumbers.parse(number), phonenumbers.PhoneNumberFormat
    found = [phonenumbers.format_number(parsed, one) for one in (style.INTERNATIONAL, style.NATIONAL, style.RFC3966)]
    local = str(parsed.national_number)
    return [*found, f"{local[:3]} {local[3:6]} {local[6:]}", f"({local[:3]}) {local[3:6]}-{local[6:]}"]


def _every_byte(text: str) -> bytes:
    return "".join(f"%{byte:02X}" for byte in text.encode()).encode()


def _encoded(text: str) -> Forms:
    raw = text.encode()
    return {
        "base64": {core for shift in range(3) for core in _base64(raw, shift)},
        "hex": {raw.hex().encode(), raw.hex().upper().encode(), rb"\x" + raw.hex(" ").replace(" ", r"\x").encode()},
        "UTF-16": {text.encode("utf-16-le"), text.encode("utf-16-be")},
    }


def _base64(raw: bytes, shift: int) -> set[bytes]:
    """The Base64 characters that do not depend on the text before and after, at this offset in a group of 3 bytes."""
    text = b64encode(bytes(shift) + raw).rstrip(b"=")
    inner = text[(shift * 8 + 5) // 6 :]
    core = inner[:-1] if (shift + len(raw)) % 3 else inner
    return {core, core.replace(b"+", b"-").replace(b"/", b"_")}


class Search:
    """`numbers` and `words` must not be found; a finding names the canary by its place in the list."""

    def __init__(self, numbers: Iterable[str] = (), words: Iterable[str] = ()) -> None:
        self._forms = {f"number {n}": of_number(number) for n, number in enumerate(numbers)}
        self._forms |= {f"word {n}": of_text(word) for n, word in enumerate(words)}

    def __call__(self, piece: bytes) -> list[str]:
        return [
            f"{canary} as {spelling}"
            for canary, forms in self._forms.items()
            for spelling, texts in forms.items()
            if any(text in piece for text in texts)
        ]

    def all(self, pieces: Mapping[str, bytes]) -> list[str]:
        """Searches every piece; each finding has the place, the canary and its spelling."""
        return [f"{place}: {found}" for place, piece in pieces.items() for found in self(piece)]
