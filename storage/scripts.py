"""Loads lua/*.lua: a script is its file, the fragments it names with `-- use:`, and the table of keys."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from storage import keys

FOLDER = Path(__file__).parent / "lua"
_USE = re.compile(r"^-- use: (.+)$", re.MULTILINE)


def _fragments(text: str, done: list[str]) -> list[str]:
    found: list[str] = []
    for line in _USE.findall(text):
        for name in (word.strip() for word in line.split(",")):
            if name in done:
                continue
            done.append(name)
            body = (FOLDER / "lib" / f"{name}.lua").read_text()
            found += [*_fragments(body, done), body]
    return found


@cache
def source(name: str) -> str:
    """The whole text of script `name` as it is sent to the store."""
    body = (FOLDER / f"{name}.lua").read_text()
    text = "\n".join([*_fragments(body, []), body.removeprefix("#!lua")])
    return "\n".join(["#!lua", keys.lua_prelude(text), text])


def names() -> list[str]:
    return sorted(path.stem for path in FOLDER.glob("*.lua"))
