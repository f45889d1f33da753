"""Finds words that a Service does not allow: whole words only, also in the usual disguises."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Final

from policy.content.characters import Flat, fold

_FILES: Final = Path(__file__).parent / "words"
_CHUNK: Final = re.compile(r"[^\s,;:?\"“”«»()\[\]{}]+")
_WORD: Final = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?")
_LETTERS: Final = re.compile(r"(?<![^\W_])[^\W\d_](?:[ .\-_*]{1,2}[^\W\d_]){2,11}(?![^\W_])")
_REPEATS: Final = re.compile(r"(.)\1+")
_LEET: Final = str.maketrans("0134578@$!|€", "oieastbasiie")
_EDGES: Final = ".,!?'`~^-_…"
_INSIDE: Final = re.compile(r"[.\-_'`~^+·•|/\\]")
_WILD: Final = re.compile(r"[*#%&]+")
_NO_SPACES: Final = re.compile("[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff]")
_LONGEST = 40
_MOST_STEM = 24


@dataclass(frozen=True, slots=True)
class WordList:
    words: frozenset[str] = field(repr=False)
    #: Stems: the start of a word, with any ending.
    stems: frozenset[str] = field(repr=False)
    #: The first two letters of each stem.
    heads: frozenset[str] = field(repr=False)
    #: Words in scripts without spaces.
    inner: tuple[str, ...] = field(repr=False)
    #: By first letter and length.
    alike: Mapping[tuple[str, int], tuple[str, ...]] = field(repr=False)

    def has(self, word: str) -> bool:
        if word in self.words:
            return True
        if word[:2] not in self.heads:
            return False
        return any(word[:size] in self.stems for size in range(3, min(len(word), _MOST_STEM) + 1))

    def fits(self, shown: str, wild: re.Pattern[str]) -> bool:
        return any(wild.fullmatch(word) for word in self.alike.get((shown[0], len(shown)), ()))


def profanities(flat: Flat, words: WordList) -> Iterator[tuple[int, int]]:
    """Start and end in the folded text."""
    found = sorted({*_chunks(flat.text, words), *_spaced(flat.text, words), *_inner(flat.text, words)})
    after = 0
    for start, end in found:
        if start >= after:
            yield start, end
            after = end


def _chunks(text: str, words: WordList) -> Iterator[tuple[int, int]]:
    for match in _CHUNK.finditer(text):
        chunk = match[0]
        bare = chunk.strip(_EDGES)
        if bare.isalpha():
            if _listed(bare, words):
                start = match.start() + chunk.index(bare)
                yield start, start + len(bare)
        elif len(chunk) > _LONGEST:
            yield from _plain(chunk, match.start(), words)
        else:
            yield from _plain(chunk, match.start(), words) if _has_plain(chunk, words) else _disguised(match, words)


def _has_plain(chunk: str, words: WordList) -> bool:
    return any(_listed(word, words) for word in _WORD.findall(chunk))


def _plain(chunk: str, start: int, words: WordList) -> Iterator[tuple[int, int]]:
    for match in _WORD.finditer(chunk):
        if _listed(match[0], words):
            yield start + match.start(), start + match.end()


def _disguised(match: re.Match[str], words: WordList) -> Iterator[tuple[int, int]]:
    chunk = match[0]
    bare = chunk.strip(_EDGES)
    if not bare:
        return
    start = match.start() + chunk.index(bare)
    plain = _INSIDE.sub("", bare).translate(_LEET)
    whole = bare if bare[-1] != "!" else bare.rstrip("!")
    if any(_listed(form, words) for form in (plain, plain.rstrip("i"))) and any(map(str.isalpha, bare)):
        yield start, start + len(whole)
    elif _WILD.search(bare) and _is_wild(bare.translate(_LEET), words):
        yield start, start + len(bare)


def _is_wild(bare: str, words: WordList) -> bool:
    """Words with stars for letters after the first one: "f**k"."""
    shape = _WILD.sub(lambda stars: f"[a-z]{{{len(stars[0])}}}", bare)
    letters = sum(char.isalpha() for char in bare)
    if letters < 2 or not bare[0].isalpha() or not re.fullmatch(r"[a-z*#%&]+", bare):
        return False
    return words.fits(bare, re.compile(shape))


def _listed(word: str, words: WordList) -> bool:
    if words.has(word):
        return True
    if not _REPEATS.search(word):
        return False
    twice = _REPEATS.sub(r"\1\1", word)
    if twice == word:
        return False
    return words.has(twice) or words.has(_REPEATS.sub(r"\1", word))


def _spaced(text: str, words: WordList) -> Iterator[tuple[int, int]]:
    for match in _LETTERS.finditer(text):
        if _listed("".join(char for char in match[0] if char.isalpha()), words):
            yield match.span()


def _inner(text: str, words: WordList) -> Iterator[tuple[int, int]]:
    for word in words.inner:
        at = text.find(word)
        while at >= 0:
            yield at, at + len(word)
            at = text.find(word, at + len(word))


def languages() -> tuple[str, ...]:
    """The languages that we have a list for."""
    return tuple(sorted(path.stem for path in _FILES.glob("*.txt")))


def word_list(chosen: tuple[str, ...], lists: Mapping[str, str], allowed: frozenset[str]) -> WordList:
    return _compiled(tuple(lists[tag] if tag in lists else _ours(tag) for tag in chosen), allowed)


@lru_cache(maxsize=64)
def _ours(language: str) -> str:
    return (_FILES / f"{language}.txt").read_text(encoding="utf-8") if language in languages() else ""


@lru_cache(maxsize=256)
def _compiled(texts: tuple[str, ...], allowed: frozenset[str]) -> WordList:
    """One word or stem* per line; a line with # is a comment."""
    lines = {fold(line.strip()) for text in texts for line in text.splitlines() if line.strip() and line[0] != "#"}
    entries = {line for line in lines if line.rstrip("*") not in allowed}
    inner = {line for line in entries if _NO_SPACES.search(line)}
    stems = {line[:-1] for line in entries - inner if line.endswith("*")}
    words = entries - inner - {f"{stem}*" for stem in stems}
    heads = frozenset(stem[:2] for stem in stems)
    return WordList(frozenset(words), frozenset(stems), heads, tuple(sorted(inner)), _by_shape(words | stems))


def _by_shape(words: set[str]) -> dict[tuple[str, int], tuple[str, ...]]:
    found: dict[tuple[str, int], tuple[str, ...]] = {}
    for word in words:
        shape = (word[0], len(word))
        found[shape] = (*found.get(shape, ()), word)
    return found
