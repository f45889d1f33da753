"""Which words a person gets: in their own language, else that of their number's country, else the Service's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from relay.operations.notices import overrides
from relay.operations.services import recent_service
from relay.words import language_of, sentence
from relay.words.choice import Sentence

if TYPE_CHECKING:
    from relay.runtime import Runtime


def wording(rt: Runtime, service_sid: str, key: str, number: str, language: str | None = None) -> Sentence:
    """`number`: that of the person who is to hear or read it; `language`: as the app said."""
    own = recent_service(rt, service_sid).language
    return sentence(key, (language, language_of(number), own), overrides(rt, service_sid))
