"""Chooses the text that a person gets: the Service's own before ours, in the first language that has one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from policy.sentences.languages import DEFAULT, LANGUAGES, base_of, nearest, say_tag
from policy.sentences.sentences import SENTENCES
from policy.sentences.voices import VOICES


class Sentence(NamedTuple):
    """`voice_tag`: for <Say language=…>; `voice`: for <Say voice=…>, if the Service chose one."""

    text: str
    language: str
    voice_tag: str
    voice: str | None = None


def text_key(key: str, language: str | None = None) -> str:
    """The key of a Service's own text among its overrides: for one language or for all."""
    return f"{key}|{language}" if language else key


def voice_key(key: str, language: str | None = None) -> str:
    """The key of the voice for that text."""
    return f"voice:{text_key(key, language)}"


def sentence(key: str, languages: Sequence[str | None], overrides: Mapping[str, str]) -> Sentence:
    """`languages`: the participant's, the number's country's, the Service's, each if known; English comes last.

    The language of a text for all languages is not known: its voice's language counts, else the last of `languages`.
    """
    default_tag = (nearest(languages[-1]) if languages else None) or DEFAULT
    tags = [*filter(None, map(nearest, languages)), DEFAULT]
    return next(found for tag in tags if (found := _sentence_in(key, tag, default_tag, overrides)))


def _sentence_in(key: str, tag: str, default_tag: str, overrides: Mapping[str, str]) -> Sentence | None:
    """None only if we have no sentences in this language."""
    base = base_of(tag)
    for language in (tag, base):
        if text := overrides.get(text_key(key, language)):
            return _sentence(text, tag, overrides.get(voice_key(key, language)))
    if base not in LANGUAGES:
        return None
    if text := overrides.get(text_key(key)):
        return _sentence(text, default_tag, overrides.get(voice_key(key)))
    return _sentence(SENTENCES[key][base], tag, None)


def _sentence(text: str, tag: str, voice: str | None) -> Sentence:
    voice_tag = VOICES.get(voice or "") or say_tag(tag)
    return Sentence(text, base_of(voice_tag), voice_tag, voice)
