"""Which words a person gets: the Service's own before ours, in the first language that there is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from policy.sentences.languages import DEFAULT, LANGUAGES, base_of, nearest, say_tag
from policy.sentences.sentences import SENTENCES
from policy.sentences.voices import VOICES


class Sentence(NamedTuple):
    """`voice_tag` goes into <Say language=…>; `voice`, if the Service chose one, into <Say voice=…>."""

    text: str
    language: str
    voice_tag: str
    voice: str | None = None


def place(key: str, language: str | None = None) -> str:
    """Where a Service's own text stands among its overrides: for one language or for all."""
    return f"{key}|{language}" if language else key


def voice_place(key: str, language: str | None = None) -> str:
    """Where the voice for that text stands."""
    return f"voice:{place(key, language)}"


def sentence(key: str, languages: Sequence[str | None], overrides: Mapping[str, str]) -> Sentence:
    """`languages`: of the participant, of the number's country, of the Service, each if known; English stands behind.

    In what language a text for all languages is written nobody said: its voice's, or else the last of `languages`.
    """
    own = (nearest(languages[-1]) if languages else None) or DEFAULT
    tags = [*filter(None, map(nearest, languages)), DEFAULT]
    return next(found for tag in tags if (found := _in(key, tag, own, overrides)))


def _in(key: str, tag: str, own: str, overrides: Mapping[str, str]) -> Sentence | None:
    """None only if the language is not one of ours."""
    base = base_of(tag)
    for written in (tag, base):
        if text := overrides.get(place(key, written)):
            return _said(text, tag, overrides.get(voice_place(key, written)))
    if base not in LANGUAGES:
        return None
    if text := overrides.get(place(key)):
        return _said(text, own, overrides.get(voice_place(key)))
    return _said(SENTENCES[key][base], tag, None)


def _said(text: str, tag: str, voice: str | None) -> Sentence:
    voice_tag = VOICES.get(voice or "") or say_tag(tag)
    return Sentence(text, base_of(voice_tag), voice_tag, voice)
