"""Languages and the tags under which TwiML's <Say> speaks them.

Facts: the `language` values of Twilio's published type definitions of <Say>, and its page on the voice `alice`.
"""

from __future__ import annotations

DEFAULT = "en"
#: Those that we have sentences in.
LANGUAGES = ("en", "es", "fr", "de", "pt", "zh", "ja")

#: All that <Say> takes as `language`.
LANGUAGE_TAGS = (
    "af-ZA", "am-ET", "ar-AE", "ar-XA", "arb", "bg-BG", "bn-IN", "ca-ES", "cmn-CN", "cmn-TW", "cs-CZ", "cy-GB",
    "da-DK", "de-AT", "de-DE", "el-GR", "en-AU", "en-CA", "en-GB", "en-GB-WLS", "en-IE", "en-IN", "en-NZ", "en-US",
    "en-ZA", "es-ES", "es-MX", "es-US", "fi-FI", "fil-PH", "fr-BE", "fr-CA", "fr-FR", "gu-IN", "he-IL", "hi-IN",
    "hu-HU", "id-ID", "is-IS", "it-IT", "ja-JP", "kn-IN", "ko-KR", "lv-LV", "ml-IN", "mr-IN", "ms-MY", "nb-NO",
    "nl-BE", "nl-NL", "pa-IN", "pl-PL", "pt-BR", "pt-PT", "ro-RO", "ru-RU", "sk-SK", "sr-RS", "sv-SE", "ta-IN",
    "te-IN", "th-TH", "tr-TR", "uk-UA", "vi-VN", "yue-HK", "zh-CN", "zh-HK", "zh-TW",
)  # fmt: skip

#: What any carrier speaks without being given a voice; of one language, the first is for those who name no region.
ANY_VOICE = (
    "en-US", "en-AU", "en-CA", "en-GB", "en-IN", "es-ES", "es-MX", "fr-FR", "fr-CA", "de-DE", "pt-BR", "pt-PT",
    "zh-CN", "zh-HK", "zh-TW", "ja-JP", "ca-ES", "da-DK", "fi-FI", "it-IT", "ko-KR", "nb-NO", "nl-NL", "pl-PL",
    "ru-RU", "sv-SE",
)  # fmt: skip

#: The nearest of ANY_VOICE where it is not the first of its language.
_NEAR = {
    "en-GB-WLS": "en-GB", "en-IE": "en-GB", "en-NZ": "en-AU", "en-ZA": "en-GB", "es-US": "es-MX",
    "cmn-TW": "zh-TW", "yue-HK": "zh-HK",
}  # fmt: skip
#: Of Chinese and Arabic, <Say> also names the spoken forms.
_SPOKEN_FORMS = {"cmn": "zh", "yue": "zh", "arb": "ar"}
#: Regions without a tag of their own go to a neighbour, or to the language alone.
_REGIONLESS = {"es": "es-MX", "pt": "pt-PT", "zh-hant": "zh-TW", "zh-mo": "zh-HK"}


def base_of(tag: str) -> str:
    """The language of a tag: `es` of `es-MX`, `zh` of `yue-HK`."""
    first = tag.partition("-")[0].lower()
    return _SPOKEN_FORMS.get(first, first)


_BASES = {name: name for name in (*LANGUAGES, *map(base_of, LANGUAGE_TAGS))}
_KNOWN = {**_BASES, **_SPOKEN_FORMS, **{tag.lower(): tag for tag in LANGUAGE_TAGS}}
_SAID = {base: next(tag for tag in (*ANY_VOICE, *LANGUAGE_TAGS) if base_of(tag) == base) for base in _BASES}


def language_tag(text: str) -> str | None:
    """A tag or bare language that an operator may give, as we spell it; None if <Say> could not speak it."""
    return _KNOWN.get(text.lower())


def nearest(text: str | None) -> str | None:
    """The closest of those that we know to any tag that people's systems write: es_AR, zh-Hant-HK, EN; None if none."""
    parts = (text or "").replace("_", "-").lower().split("-")
    whole, ends, start = "-".join(parts), f"{parts[0]}-{parts[-1]}", "-".join(parts[:2])
    regional = [_KNOWN.get(whole), _KNOWN.get(ends), _REGIONLESS.get(start)]
    if len(parts) > 1:
        regional.append(_REGIONLESS.get(parts[0]))
    return next((tag for tag in (*regional, _KNOWN.get(parts[0])) if tag), None)


def say_tag(language: str | None) -> str:
    """What to write into <Say language=…> when no voice is chosen: a tag that every default voice speaks."""
    tag = nearest(language) or DEFAULT
    if tag in ANY_VOICE:
        return tag
    return _NEAR.get(tag) or _SAID[base_of(tag)]
