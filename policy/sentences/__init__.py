"""The sentences that people hear and read from us, their languages, and the voices that speak them."""

from policy.sentences.choice import Sentence, sentence
from policy.sentences.countries import language_of
from policy.sentences.languages import LANGUAGE_TAGS, LANGUAGES, language_tag, say_tag
from policy.sentences.sentences import KEYS, SPOKEN
from policy.sentences.voices import VOICES, is_voice, speaks

__all__ = [
    "KEYS",
    "LANGUAGES",
    "LANGUAGE_TAGS",
    "SPOKEN",
    "VOICES",
    "Sentence",
    "is_voice",
    "language_of",
    "language_tag",
    "say_tag",
    "sentence",
    "speaks",
]
