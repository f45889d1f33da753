"""Which sentence a person gets: in their own language, else their number's country's, else the Service's."""

from __future__ import annotations

from policy.sentences import language_of, sentence
from policy.sentences.choice import Sentence
from services.snapshot import ServiceSnapshot


def wording(snapshot: ServiceSnapshot, key: str, number: str, language: str | None = None) -> Sentence:
    """`number`: of the person who hears or reads it. `language`: the one that the app gave for them."""
    return sentence(key, (language, language_of(number), snapshot.service.language), snapshot.sentences)
