"""Languages, and the tags with which TwiML's <Say> speaks them.

From the `language` values in Twilio's published type definitions of <Say>, and its page on the voice `alice`.
"""

from __future__ import annotations

DEFAULT = "en"
#: The languages that have sentences.
LANGUAGES = ("en", "es", "fr", "de", "pt", "zh", "ja")

#: Every `language` that <Say> accepts.
LANGUAGE_TAGS = (
    "af-ZA", "am-ET", "ar-AE", "ar-XA", "arb", "bg-BG", "bn-IN", "ca-ES", "cmn-CN", "cmn-TW", "cs-CZ", "cy-GB",
    "da-DK", "de-AT", "de-DE", "el-GR", "en-AU", "en-CA", "en-GB", "en-GB-WLS", "en-IE", "en-IN", "en-NZ", "en-US",
    "en-ZA", "es-ES", "es-MX", "es-US", "fi-FI", "fil-PH", "fr-BE", "fr-CA", "fr-FR", "gu-IN", "he-IL", "hi-IN",
    "hu-HU", "id-ID", "is-IS", "it-IT", "ja-JP", "kn-IN", "ko-KR", "lv-LV", "ml-IN", "mr-IN", "ms-MY", "nb-NO",
    "nl-BE", "nl-NL", "pa-IN", "pl-PL", "pt-BR", "pt-PT", "ro-RO", "ru-RU", "sk-SK", "sr-RS", "sv-SE", "ta-IN",
    "te-IN", "th-TH", "tr-TR", "uk-UA", "vi-VN", "yue-HK", "zh-CN", "zh-HK", "zh-TW",
)  # fmt: skip

#: Tags that every carrier speaks without a `voice`; the first of a language is its default region.
ANY_VOICE = (
    "en-US", "en-AU", "en-CA", "en-GB", "en-IN", "es-ES", "es-MX", "fr-FR", "fr-CA", "de-DE", "pt-BR", "pt-PT",
    "zh-CN", "zh-HK", "zh-TW", "ja-JP", "ca-ES", "da-DK", "fi-FI", "it-IT", "ko-KR", "nb-NO", "nl-NL", "pl-PL",
    "ru-RU", "sv-SE",
)  # fmt: skip

#: The nearest tag of ANY_VOICE, if it is not the first of its language.
_NEAR = {
    "en-GB-WLS": "en-GB", "en-IE": "en-GB", "en-NZ": "en-AU", "en-ZA": "en-GB", "es-US": "es-MX",
    "cmn-TW": "zh-TW", "yue-HK": "zh-HK",
}  # fmt: skip
#: <Say> also has tags for spoken forms of Chinese and Arabic.
_SPOKEN_FORMS = {"cmn": "zh", "yue": "zh", "arb": "ar"}
#: For a region without its own tag: the tag of a neighbouring region.
_REGIONLESS = {"es": "es-MX", "pt": "pt-PT", "zh-hant": "zh-TW", "zh-mo": "zh-HK"}


def base_of(tag: str) -> str:
    """The language of a tag: `es` of `es-MX`, `zh` of `yue-HK`."""
    first = tag.partition("-")[0].lower()
    return _SPOKEN_FORMS.get(first, first)


_BASES = {name: name for name in (*LANGUAGES, *map(base_of, LANGUAGE_TAGS))}
_KNOWN = {**_BASES, **_SPOKEN_FORMS, **{tag.lower(): tag for tag in LANGUAGE_TAGS}}
_FIRST_TAGS = {base: next(tag for tag in (*ANY_VOICE, *LANGUAGE_TAGS) if base_of(tag) == base) for base in _BASES}


def language_tag(text: str) -> str | None:
    """A tag or language that an operator wrote, in our spelling; None if <Say> cannot speak it."""
    return _KNOWN.get(text.lower())


def nearest(text: str | None) -> str | None:
    """The closest known tag for any way to write one: es_AR, zh-Hant-HK, EN; None if there is none."""
    parts = (text or "").replace("_", "-").lower().split("-")
    whole, ends, start = "-".join(parts), f"{parts[0]}-{parts[-1]}", "-".join(parts[:2])
    regional = [_KNOWN.get(whole), _KNOWN.get(ends), _REGIONLESS.get(start)]
    if len(parts) > 1:
        regional.append(_REGIONLESS.get(parts[0]))
    return next((tag for tag in (*regional, _KNOWN.get(parts[0])) if tag), None)


def say_tag(language: str | None) -> str:
    """The tag for <Say language=…> when no voice is chosen: every default voice speaks it."""
    tag = nearest(language) or DEFAULT
    if tag in ANY_VOICE:
        return tag
    return _NEAR.get(tag) or _FIRST_TAGS[base_of(tag)]
