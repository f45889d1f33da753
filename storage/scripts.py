"""Loads <room>/lua/*.lua: a script is its file, the fragments it names with `-- use:`, and the table of keys."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from storage import keys, library

ROOT = Path(__file__).resolve().parents[1]
_USE = re.compile(r"^-- use: (.+)$", re.MULTILINE)


@cache
def files(pattern: str = "*.lua") -> dict[str, Path]:
    """Name -> file, of all rooms' scripts; of their fragments with pattern lib/*.lua."""
    return {path.stem: path for path in sorted(ROOT.glob(f"*/lua/{pattern}"))}


def _fragments(text: str, done: list[str]) -> list[str]:
    found: list[str] = []
    for line in _USE.findall(text):
        for name in (word.strip() for word in line.split(",")):
            if name in done:
                continue
            done.append(name)
            body = files("lib/*.lua")[name].read_text()
            found += [*_fragments(body, done), body]
    return found


@cache
def source(name: str) -> str:
    """The whole text of script `name` as it is sent to the store."""
    if name in library.functions():
        return library.script(name)
    return joined(files()[name].read_text())


def joined(body: str) -> str:
    """The same for a text that is no file of ours, such as a test's."""
    text = "\n".join([*_fragments(body, []), body.removeprefix("#!lua")])
    return "\n".join(["#!lua", keys.lua_prelude(text), text])


def names() -> list[str]:
    return sorted(files())
