"""Parses vCard 2.1, 3.0 and 4.0 as phones write them: folded, quoted-printable, in many charsets."""

from __future__ import annotations

import quopri
import re
from collections.abc import Iterator
from typing import NamedTuple

from media.cleaning.charsets import CHARSETS

_HEAD = re.compile(rb'((?:[^":]|"[^"]*")*+):(.*)', re.DOTALL)
_CHARSET = re.compile(rb'CHARSET="?([\w-]+)', re.IGNORECASE)
_MAX_BYTES = 2_000
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)


class Property(NamedTuple):
    """`value` is decoded, but still has its backslash escapes."""

    name: str
    value: str

    def text(self) -> str:
        return _plain(self.value)

    def components(self) -> list[str]:
        """Split at unescaped semicolons; commas are text (RFC 6350, 6.6.4)."""
        return [_plain(component) for component in _split(";", self.value)]

    def values(self) -> list[str]:
        """Split at unescaped commas (RFC 6350, 3.4)."""
        return [_plain(value) for value in _split(",", self.value)]

    def lists(self) -> list[list[str]]:
        """The list of values of each component (RFC 6350, 6.2.2)."""
        return [[_plain(value) for value in _split(",", component)] for component in _split(";", self.value)]


def _split(separator: str, value: str) -> list[str]:
    return re.findall(rf"(?s)(?:\A|{separator})((?:[^\\{separator}]|\\.|\\\Z)*)", value)


def _plain(value: str) -> str:
    return _ESCAPED.sub(_unescape, value)


def _unescape(escape: re.Match[str]) -> str:
    return " " if escape[1] in "nN" else escape[1]


def properties(data: bytes) -> Iterator[Property]:
    for line in _unfolded_lines(data):
        if (found := _HEAD.fullmatch(line)) and (read := _read(found[1], found[2])):
            yield read


def _unfolded_lines(data: bytes) -> Iterator[bytes]:
    """Lines without folds and without the soft line breaks of quoted-printable."""
    pieces: list[bytes] = []
    soft = False
    for line in re.split(rb"\r\n|\r|\n", data.removeprefix(b"\xef\xbb\xbf")):
        if soft:
            pieces[-1] = pieces[-1][:-1]
            pieces.append(line)
        elif line[:1] in (b" ", b"\t") and pieces:
            pieces.append(line[1:])
        else:
            yield b"".join(pieces)
            pieces = [line]
        soft = line.endswith(b"=") and b"QUOTED-PRINTABLE" in pieces[0][:_MAX_BYTES].upper()
    yield b"".join(pieces)


def _read(head: bytes, value: bytes) -> Property | None:
    first, *parameters = head.strip().upper().split(b";")
    name = first.rpartition(b".")[2].decode("ascii", "replace")
    if any(re.fullmatch(rb"(ENCODING=)?\"?(B|BASE64)\"?", parameter) for parameter in parameters):
        return None
    if any(b"QUOTED-PRINTABLE" in parameter for parameter in parameters):
        value = quopri.decodestring(value[:_MAX_BYTES])
    return Property(name, _decoded(value[:_MAX_BYTES], _CHARSET.search(head)).strip())


def _decoded(value: bytes, charset: re.Match[bytes] | None) -> str:
    named = charset[1].decode("ascii", "replace").lower() if charset else ""
    for candidate in (named if named in CHARSETS else "utf-8", "utf-8"):
        try:
            return value.decode(candidate)
        except UnicodeDecodeError:
            continue
    return value.decode("latin-1")
