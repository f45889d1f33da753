"""The table itself: complete, different in each language, short, and free of anything that could name a person."""

import re

import pytest

from policy.sentences import KEYS, LANGUAGES, SPOKEN
from policy.sentences.sentences import SENTENCES

AGREED = {
    "neutral_reply", "busy", "no_answer", "failed", "canceled", "unavailable", "blocked", "whisper", "whisper_missed",
    "message_only", "voice_only", "opted_out", "opted_in", "pictures_lost", "call_ended", "calling", "rate_limited",
    "loop_stopped",
}  # fmt: skip
EACH = [
    pytest.param(key, language, text, id=f"{key}-{language}")
    for key, texts in SENTENCES.items()
    for language, text in texts.items()
]
#: GSM 03.38 without its extension table, whose characters count twice.
GSM = set(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§"
    "¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
#: Scripts that only one of the languages uses.
SCRIPT = {"zh": "[\u4e00-\u9fff]", "ja": "[\u3040-\u30ff]"}


def parts(text):
    """Number of SMS parts: 160 or 153 characters each in the GSM alphabet, otherwise 70 or 67."""
    whole, each = (160, 153) if set(text) <= GSM else (70, 67)
    units = len(text.encode("utf-16-le")) // 2
    return 1 if units <= whole else -(-units // each)


def test_the_keys_agreed_on():
    assert set(KEYS) == AGREED
    assert LANGUAGES == ("en", "es", "fr", "de", "pt", "zh", "ja")
    assert set(KEYS) > SPOKEN > {"busy", "whisper", "calling"}
    assert not SPOKEN & {"voice_only", "opted_out", "pictures_lost"}


@pytest.mark.parametrize("key", KEYS)
def test_each_language_has_its_own(key):
    assert tuple(SENTENCES[key]) == LANGUAGES
    assert len(set(SENTENCES[key].values())) == len(LANGUAGES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_two_keys_say_the_same(language):
    assert len({SENTENCES[key][language] for key in KEYS}) == len(KEYS)


@pytest.mark.parametrize(("key", "language", "text"), EACH)
def test_a_sentence_is_plain(key, language, text):
    assert text == text.strip()
    assert text[-1] in ".。"
    assert not re.search(r"[{}%<>\[\]_\\&]|\s\s|[\x00-\x1f]", text), "nothing is filled in, nothing to escape"
    digits = re.findall(r"\d", text)
    assert digits == (["1"] if key == "whisper" else [])
    assert bool(re.search("[\u3040-\u30ff\u4e00-\u9fff]", text)) == (language in SCRIPT)
    assert re.search(SCRIPT.get(language, "[a-z]"), text)


@pytest.mark.parametrize(("key", "language", "text"), EACH)
def test_a_sentence_is_short(key, language, text):
    assert parts(text) <= (1 if language in ("en", "zh", "ja") else 2)


def test_keywords_stay_as_the_carrier_knows_them():
    assert all("START" in text for text in SENTENCES["opted_out"].values())
    assert all("STOP" in text for text in SENTENCES["opted_in"].values())


def test_a_counted_text_counts():
    assert [parts(text) for text in ("a" * 160, "a" * 161, "á" * 70, "á" * 71, "á" * 135)] == [1, 2, 1, 2, 3]
