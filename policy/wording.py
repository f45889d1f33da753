"""Which words a person gets: in their own language, else that of their number's country, else the Service's."""

from __future__ import annotations

from policy.sentences import language_of, sentence
from policy.sentences.choice import Sentence
from services.snapshot import ServiceSnapshot


def wording(snapshot: ServiceSnapshot, key: str, number: str, language: str | None = None) -> Sentence:
    """`number`: that of the person who is to hear or read it; `language`: as the app said."""
    return sentence(key, (language, language_of(number), snapshot.service.language), snapshot.sentences)
