"""The charset of a text: its byte order mark, else the charset of its type."""

from __future__ import annotations

import codecs
import re

#: Charsets that phones use. Python knows others, some of them slow.
CHARSETS = frozenset(
    {
        *("utf-8", "us-ascii", "koi8-r", "windows-1250", "windows-1251", "windows-1252"),
        *(f"iso-8859-{part}" for part in (1, 2, 5, 7, 9, 15)),
        *("shift_jis", "euc-jp", "iso-2022-jp", "euc-kr", "gb2312", "gbk", "gb18030", "big5"),
    }
)
#: RFC 2781, section 4.3: UTF-16 without a mark is big-endian. The rest: labels of the WHATWG Encoding Standard, which
#: reads Latin-1 as Windows-1252. A text labelled ASCII is often UTF-8, and ASCII is a part of UTF-8.
_READ_AS = {
    "utf-16": "utf-16-be", "utf-16be": "utf-16-be", "utf-16le": "utf-16-le", "utf8": "utf-8", "us-ascii": "utf-8",
    "ascii": "utf-8", "latin1": "cp1252", "iso-8859-1": "cp1252", "cp1252": "cp1252",
}  # fmt: skip
_BOMS = {codecs.BOM_UTF8: "utf-8", codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}
_PARAMETER = re.compile(r";\s*charset\s*=\s*[\"']?([\w-]{1,40})", re.IGNORECASE)


def charset_of(content_type: str) -> str:
    """The charset parameter of a media type, in lower case; empty if there is none."""
    found = _PARAMETER.search(content_type)
    return found[1].lower() if found else ""


def without_bom(data: bytes) -> bytes:
    """The text in UTF-8 if it begins with a byte order mark and can be decoded by it, else the bytes unchanged."""
    for bom, charset in _BOMS.items():
        if data.startswith(bom):
            try:
                return data.removeprefix(bom).decode(charset).encode()
            except UnicodeDecodeError:
                return data
    return data


def decode(data: bytes, charset: str) -> str:
    """Decoded by the mark, else by `charset` if phones use it, else as UTF-8. Raises UnicodeDecodeError."""
    if data.startswith(tuple(_BOMS)):
        return without_bom(data).decode()
    known = _READ_AS.get(charset) or (charset if charset in CHARSETS else "utf-8")
    return data.decode(known)
