"""The voices of TwiML's <Say>, and the languages that each speaks.

From the `voice` values in Twilio's published type definitions of <Say>. An unknown name would end the call with an
error instead of a sentence. Left out are voices that fit no `language` of <Say> for certain: Basque, Galician,
Lithuanian, and Polly.Hiujin-Neural.
"""

from __future__ import annotations

from policy.sentences.languages import base_of, language_tag

#: Voices for several languages -> those languages; None for all languages of <Say>.
BASIC: dict[str, frozenset[str] | None] = {
    "man": frozenset({"en", "es", "fr", "de", "it"}),
    "woman": frozenset({"en", "es", "fr", "de", "it"}),
    "alice": None,
}

#: Amazon Polly, tag -> names; after a colon the kinds: s standard, n neural, g generative; without one: standard.
_POLLY = {
    "ar-AE": "Hala:n Zayd:n",
    "arb": "Zeina",
    "ca-ES": "Arlet:n",
    "cmn-CN": "Zhiyu:sn",
    "cy-GB": "Gwyneth",
    "da-DK": "Mads Naja Sofie:n",
    "de-AT": "Hannah:n",
    "de-DE": "Daniel:ng Hans Marlene Vicki:sng",
    "en-AU": "Nicole Olivia:ng Russell",
    "en-GB": "Amy:sng Arthur:n Brian:sn Emma:sn",
    "en-GB-WLS": "Geraint",
    "en-IE": "Niamh:n",
    "en-IN": "Aditi Kajal:ng Raveena",
    "en-NZ": "Aria:n",
    "en-US": "Danielle:ng Gregory:n Ivy:sn Joanna:sng Joey:sn Justin:sn Kendra:sn Kevin:sn Kimberly:sn Matthew:sng "
    "Ruth:ng Salli:sn Stephen:ng",
    "en-ZA": "Ayanda:ng",
    "es-ES": "Conchita Enrique Lucia:sng Sergio:ng",
    "es-MX": "Andres:ng Mia:sn Mía:g",
    "es-US": "Lupe:sng Miguel Pedro:ng Penelope",
    "fi-FI": "Suvi:n",
    "fr-BE": "Isabelle:n",
    "fr-CA": "Chantal Gabrielle:n Liam:n",
    "fr-FR": "Celine Lea:sng Mathieu Remi:n Rémi:g",
    "is-IS": "Dora Karl",
    "it-IT": "Adriano:n Bianca:sng Carla Giorgio",
    "ja-JP": "Kazuha:n Mizuki Takumi:sn Tomoko:n",
    "ko-KR": "Seoyeon:sn",
    "nb-NO": "Ida:n Liv",
    "nl-BE": "Lisa:n",
    "nl-NL": "Laura:n Lotte Ruben",
    "pl-PL": "Ewa Jacek Jan Maja Ola:n",
    "pt-BR": "Camila:sn Ricardo Thiago:n Vitoria:sn",
    "pt-PT": "Cristiano Ines:sn",
    "ro-RO": "Carmen",
    "ru-RU": "Maxim Tatyana",
    "sv-SE": "Astrid Elin:n",
    "tr-TR": "Burcu:n Filiz",
}
_POLLY_KINDS = {"s": "", "n": "-Neural", "g": "-Generative"}

#: Google, tag -> families and their letters: S standard, W Wavenet, N Neural2; C alone: the Chirp 3 voices.
_GOOGLE = {
    "af-ZA": "S:A",
    "am-ET": "S:AB W:AB",
    "ar-XA": "C S:ABCD W:ABCD",
    "bg-BG": "S:AB",
    "bn-IN": "C S:ABCD W:ABCD",
    "ca-ES": "S:AB",
    "cmn-CN": "C S:ABCD W:ABCD",
    "cmn-TW": "S:ABC W:ABC",
    "cs-CZ": "S:AB W:AB",
    "da-DK": "N:DF S:ACDEFG W:ACDEFG",
    "de-DE": "C N:ABCDFGH S:ABCDEFGH W:ABCDEFGH",
    "el-GR": "S:AB W:AB",
    "en-AU": "C N:ABCD S:ABCD W:ABCD",
    "en-GB": "C N:ABCDFNO S:ABCDFNO W:ABCDFNO",
    "en-IN": "C N:ABCD S:ABCDEF W:ABCDEF",
    "en-US": "C N:ACDEFGHIJ S:ABCDEFGHIJ W:ABCDEFGHIJ",
    "es-ES": "C N:ABCDEFGH S:ABCDEFGH W:BCDEFGH",
    "es-US": "C N:ABC S:ABC W:ABC",
    "fi-FI": "S:AB W:AB",
    "fil-PH": "S:ABCD W:ABCD",
    "fil-ph": "N:AD",
    "fr-CA": "C N:ABCD S:ABCD W:ABCD",
    "fr-FR": "C N:ABCDEFG S:ABCDEFG W:ABCDEFG",
    "gu-IN": "C S:ABCD W:ABCD",
    "he-IL": "S:ABCD W:ABCD",
    "hi-IN": "C N:ABCD S:ABCDEF W:ABCDEF",
    "hu-HU": "S:AB W:A",
    "id-ID": "C S:ABCD W:ABCD",
    "is-IS": "S:AB",
    "it-IT": "C N:ACF S:ABCDEF W:ABCDEF",
    "ja-JP": "C N:BCD S:ABCD W:ABCD",
    "kn-IN": "C S:ABCD W:ABCD",
    "ko-KR": "C N:ABC S:ABCD W:ABCD",
    "lv-LV": "S:AB",
    "ml-IN": "C S:ABCD W:ABCD",
    "mr-IN": "C S:ABC W:ABC",
    "ms-MY": "S:ABCD W:ABCD",
    "nb-NO": "S:ABCDEFG W:ABCDEFG",
    "nl-BE": "S:ABCD W:ABCD",
    "nl-NL": "C S:ABCDEFG W:ABCDEFG",
    "pa-IN": "S:ABCD W:ABCD",
    "pl-PL": "C S:ABCDEFG W:ABCDEFG",
    "pt-BR": "C N:ABC S:ABCDE W:ABCDE",
    "pt-PT": "S:ABCDEF W:ABCDEF",
    "ro-RO": "S:AB W:AB",
    "ru-RU": "C S:ABCDE W:ABCDE",
    "sk-SK": "S:AB W:AB",
    "sr-RS": "S:A",
    "sv-SE": "S:ABCDEFG W:ABCDEFG",
    "ta-IN": "C S:ABCD W:ABCD",
    "te-IN": "C S:ABCD",
    "th-TH": "C N:C S:A",
    "tr-TR": "C S:ABCDE W:ABCDE",
    "uk-UA": "S:A W:A",
    "vi-VN": "C N:AD S:ABCD W:ABCD",
    "yue-HK": "S:ABCD",
}
_GOOGLE_FAMILIES = {"S": "Standard", "W": "Wavenet", "N": "Neural2"}
_CHIRP = ("Aoede", "Charon", "Fenrir", "Kore", "Leda", "Orus", "Puck", "Zephyr")


def _polly() -> dict[str, str]:
    rows = [(tag, *entry.partition(":")) for tag, row in _POLLY.items() for entry in row.split()]
    return {f"Polly.{name}{_POLLY_KINDS[kind]}": tag for tag, name, _, kinds in rows for kind in kinds or "s"}


def _google() -> dict[str, str]:
    rows = [(tag, *entry.partition(":")) for tag, row in _GOOGLE.items() for entry in row.split()]
    lettered = {
        f"Google.{tag}-{_GOOGLE_FAMILIES[family]}-{letter}": tag for tag, family, _, row in rows for letter in row
    }
    chirp = {f"Google.{tag}-Chirp3-HD-{name}": tag for tag, family, _, _ in rows if family == "C" for name in _CHIRP}
    return {voice: language_tag(tag) or tag for voice, tag in {**lettered, **chirp}.items()}


#: Each voice for one language -> that language's tag.
VOICES = {**_polly(), **_google()}


def is_voice(name: str) -> bool:
    return name in VOICES or name in BASIC


def speaks(voice: str, language: str) -> bool:
    """Whether this voice can speak a sentence in that language."""
    if voice in VOICES:
        return base_of(VOICES[voice]) == base_of(language)
    languages = BASIC[voice]
    return languages is None or base_of(language) in languages
