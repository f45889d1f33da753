"""What people hear and read from us: the sentences, their languages, the voices that speak them."""

from relay.words.choice import Sentence, sentence
from relay.words.countries import language_of
from relay.words.languages import LANGUAGE_TAGS, LANGUAGES, language_tag, say_tag
from relay.words.sentences import KEYS, SPOKEN
from relay.words.voices import VOICES, is_voice, speaks

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
