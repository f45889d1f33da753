"""Which sentence is used, in which language and with which voice."""

import pytest

from policy.sentences import (
    LANGUAGE_TAGS,
    LANGUAGES,
    VOICES,
    is_voice,
    language_of,
    language_tag,
    say_tag,
    sentence,
    speaks,
)
from policy.sentences.countries import TAG_OF
from policy.sentences.languages import ANY_VOICE, base_of
from policy.sentences.sentences import SENTENCES

BUSY = SENTENCES["busy"]


@pytest.mark.parametrize(
    ("languages", "language", "tag"),
    [
        ((), "en", "en-US"),
        ((None, None, None), "en", "en-US"),
        (("es", "fr", "de"), "es", "es-ES"),
        ((None, "fr-FR", "de"), "fr", "fr-FR"),
        ((None, None, "de"), "de", "de-DE"),
        (("es-MX", None, None), "es", "es-MX"),
        (("es_AR", None, None), "es", "es-MX"),
        (("PT-br", None, None), "pt", "pt-BR"),
        (("it", "fr-CA", "de"), "fr", "fr-CA"),
        (("klingon", "", "ja"), "ja", "ja-JP"),
        (("zh-Hant-HK", None, None), "zh", "zh-HK"),
    ],
)
def test_the_first_language_that_there_is(languages, language, tag):
    assert sentence("busy", languages, {}) == (BUSY[language], language, tag, None)


@pytest.mark.parametrize(
    ("languages", "text"),
    [
        (("es-MX", None, None), "Mexican"),
        (("es", None, None), "Spanish"),
        (("es-US", None, None), "Spanish"),
        (("it", "es-ES", None), "Italian"),
        (("nl", "es-ES", None), "Spanish"),
        (("de", "es-ES", None), "all"),
        ((None, None, None), "all"),
    ],
)
def test_the_services_words_come_first(languages, text):
    own = {"busy|es-MX": "Mexican", "busy|es": "Spanish", "busy|it": "Italian", "busy": "all", "failed|de": "other"}
    assert sentence("busy", languages, own).text == text


def test_words_for_one_language_leave_the_others():
    assert sentence("busy", ("fr", None, None), {"busy|es": "Spanish"}).text == BUSY["fr"]


def test_words_for_all_are_said_in_the_services_language():
    own = {"busy": "Occupato"}
    assert sentence("busy", ("es", "fr-FR", "it"), own) == ("Occupato", "it", "it-IT", None)
    assert sentence("busy", ("es", "fr-FR", None), own) == ("Occupato", "en", "en-US", None)
    own["voice:busy"] = "Polly.Carla"
    assert sentence("busy", ("es", "fr-FR", None), own) == ("Occupato", "it", "it-IT", "Polly.Carla")


def test_a_voice_brings_its_own_tag():
    own = {"busy|es": "Spanish", "voice:busy|es": "Polly.Lupe-Neural"}
    assert sentence("busy", ("es-ES",), own)[2:] == ("es-US", "Polly.Lupe-Neural")
    own["voice:busy|es"] = "alice"
    assert sentence("busy", ("es-MX",), own)[2:] == ("es-MX", "alice")


def test_a_key_that_is_not_there_is_a_mistake_of_the_program():
    with pytest.raises(KeyError):
        sentence("buzy", (), {})


@pytest.mark.parametrize(
    ("number", "tag"),
    [
        ("+14155550123", "en-US"), ("+16045550123", "en-CA"), ("+15145550123", "fr-CA"), ("+17875550123", "es-MX"),
        ("+12425550123", "en-US"), ("+18765550123", "en-GB"), ("+442071838750", "en-GB"), ("+5215512345678", "es-MX"),
        ("+541151234567", "es-MX"), ("+34612345678", "es-ES"), ("+33612345678", "fr-FR"), ("+4915112345678", "de-DE"),
        ("+43664123456", "de-AT"), ("+41791234567", "de-DE"), ("+5511961234567", "pt-BR"), ("+351912345678", "pt-PT"),
        ("+8613812345678", "zh-CN"), ("+886912345678", "zh-TW"), ("+85251234567", "zh-HK"), ("+819012345678", "ja-JP"),
        ("+393312345678", None), ("+31612345678", None), ("+919812345678", None), ("+80012345678", None),
        ("+86282452253", None), ("anonymous", None), ("", None), ("+", None), ("12345", None),
    ],
)  # fmt: skip
def test_the_language_of_a_number(number, tag):
    assert language_of(number) == tag


def test_each_country_leads_to_a_language_of_ours():
    assert {base_of(tag) for tag in TAG_OF.values()} == set(LANGUAGES)
    assert set(TAG_OF.values()) <= set(LANGUAGE_TAGS)
    assert all(len(country) == 2 and country.isupper() for country in TAG_OF)


@pytest.mark.parametrize("language", [*LANGUAGES, *LANGUAGE_TAGS, "", "xx", "es-419", "zh-Hant"])
def test_a_tag_to_say_is_one_that_is_known(language):
    assert say_tag(language) in LANGUAGE_TAGS


def test_the_tags_that_any_voice_speaks_stay():
    assert [say_tag(tag) for tag in ANY_VOICE] == list(ANY_VOICE)
    near = {"pt": "pt-BR", "en-IE": "en-GB", "de-AT": "de-DE", "yue-HK": "zh-HK", "cmn-CN": "zh-CN", "cs": "cs-CZ"}
    assert {given: say_tag(given) for given in near} == near


@pytest.mark.parametrize(
    ("given", "tag"),
    [("es", "es"), ("ES-mx", "es-MX"), ("it", "it"), ("en-gb-wls", "en-GB-WLS"), ("es_MX", None), ("es-AR", None),
     ("xx", None), ("", None), (" es", None), ("e", None)],
)  # fmt: skip
def test_the_tags_that_an_operator_may_give(given, tag):
    assert language_tag(given) == tag


def test_voices():
    assert set(VOICES.values()) <= set(LANGUAGE_TAGS)
    for voice in ("man", "alice", "Polly.Zhiyu", "Polly.Mía-Generative", "Google.ja-JP-Neural2-B"):
        assert is_voice(voice), voice
    for voice in ("", "Alice", "polly.Joanna", "Polly.Nobody", "Polly.Hans-Neural", "Google.ja-JP-Neural2-A", "Joanna"):
        assert not is_voice(voice), voice
    assert speaks("Polly.Zhiyu", "zh-TW") and speaks("woman", "de") and speaks("alice", "ja")
    assert not speaks("Polly.Zhiyu", "ja") and not speaks("man", "zh")
