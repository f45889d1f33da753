"""Which words a person gets: in their own language, else that of their number's country, else the Service's."""

from __future__ import annotations

from common.runtime import Runtime
from policy.sentences import language_of, sentence
from policy.sentences.choice import Sentence
from services.known import known


def wording(rt: Runtime, service_sid: str, key: str, number: str, language: str | None = None) -> Sentence:
    """`number`: that of the person who is to hear or read it; `language`: as the app said."""
    found = known(rt, service_sid)
    return sentence(key, (language, language_of(number), found.service.language), found.words)
