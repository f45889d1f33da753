"""Numbers in words, 0 to 99 and full hundreds, in six languages."""

from __future__ import annotations

import re
from typing import Final

from policy.content.vocabulary import word_set

_EN = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
    "sixteen seventeen eighteen nineteen"
)
_ES = (
    "cero uno dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince dieciseis "
    "diecisiete dieciocho diecinueve"
)
_PT = (
    "zero um dois tres quatro cinco seis sete oito nove dez onze doze treze catorze quinze dezesseis "
    "dezessete dezoito dezenove"
)
_FR = (
    "zero un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize "
    "dix-sept dix-huit dix-neuf"
)
_DE = (
    "null eins zwei drei vier funf sechs sieben acht neun zehn elf zwolf dreizehn vierzehn funfzehn "
    "sechzehn siebzehn achtzehn neunzehn"
)
_IT = (
    "zero uno due tre quattro cinque sei sette otto nove dieci undici dodici tredici quattordici quindici "
    "sedici diciassette diciotto diciannove"
)
#: Per language: the words for 0 to 19, the tens from 20, the word between tens and units.
_LANGUAGES = (
    (_EN, "twenty thirty forty fifty sixty seventy eighty ninety", ""),
    (_ES, "veinte treinta cuarenta cincuenta sesenta setenta ochenta noventa", "y"),
    (_PT, "vinte trinta quarenta cinquenta sessenta setenta oitenta noventa", "e"),
    (_DE, "zwanzig dreissig vierzig funfzig sechzig siebzig achtzig neunzig", None),
    (_IT, "venti trenta quaranta cinquanta sessanta settanta ottanta novanta", None),
)
_FRENCH_TENS = {20: "vingt", 30: "trente", 40: "quarante", 50: "cinquante", 60: "soixante", 80: "quatre-vingt"}
_ALSO = {
    "oh": "0",
    "o": "0",
    "nil": "0",
    "nought": "0",
    "naught": "0",
    "zip": "0",
    "zwo": "2",
    "fuenf": "5",
    "zwoelf": "12",
    "una": "1",
    "uma": "1",
    "duas": "2",
    "meia": "6",
    "une": "1",
    "ein": "1",
    "eine": "1",
    "dezasseis": "16",
    "dezassete": "17",
    "dezanove": "19",
    "septante": "70",
    "octante": "80",
    "huitante": "80",
    "nonante": "90",
    "fourty": "40",
    "niner": "9",
    "fife": "5",
    "eis": "1",
    "zwoi": "2",
    "dru": "3",
    "foif": "5",
    "sachs": "6",
    "sibe": "7",
    "nuun": "9",
}
#: Words that sound like a digit; they count only between digits.
HOMOPHONES: Final = {
    "to": "2",
    "too": "2",
    "tu": "2",
    "for": "4",
    "fore": "4",
    "ate": "8",
    "won": "1",
    "tree": "3",
    "sics": "6",
    "i": "1",
    "l": "1",
}
TIMES: Final = {
    "double": 2,
    "triple": 3,
    "treble": 3,
    "doble": 2,
    "duplo": 2,
    "dobro": 2,
    "dupla": 2,
    "doppel": 2,
    "doppelt": 2,
    "dreifach": 3,
    "twice": 2,
    "triplo": 3,
    "quadruple": 4,
    "doppia": 2,
    "doppio": 2,
    "tripla": 3,
}
#: Words that are sometimes pronouns, not digits: "this one", "the other one", "é o".
PRONOUNS: Final = word_set(
    """
    one ones o
    """
)
BEFORE_PRONOUNS: Final = word_set(
    """
    this that the these those my your other another new old any which each no last first second right same good
    only every some e eh com para pra pelo sao
    """
)
#: After a number, these make it an amount.
SCALE: Final = word_set(
    """
    thousand million billion trillion millions billions mil millon millones mille millions milliard milliards
    tausend millionen milliarden milhao milhoes bilhoes dozen dozens hundreds cents hundert mila milioni
    """
)

Trie = dict[str, "Trie | str"]
#: The key under which a node stores its own digits.
END: Final = ""


def _phrases() -> dict[str, str]:
    found = {word: digits for word, digits in _ALSO.items() if digits}
    for first, tens, joint in _LANGUAGES:
        units = first.split()
        found |= {word: str(value) for value, word in enumerate(units)}
        for ten, word in enumerate(tens.split(), 2):
            found[word] = f"{ten}0"
            found |= {phrase: f"{ten}{unit}" for unit in range(1, 10) for phrase in _joined(word, units[unit], joint)}
    return found | _french() | _hundreds()


def _joined(ten: str, unit: str, joint: str | None) -> tuple[str, ...]:
    if joint == "":
        return (f"{ten} {unit}", f"{ten}{unit}")
    if joint is not None:
        return (f"{ten} {joint} {unit}", f"{ten} {unit}", f"{ten[:-1]}i{unit}")
    short = "ein" if unit == "eins" else unit
    return (f"{short}und{ten}", f"{ten}{unit}", f"{ten[:-1]}{unit}")


def _french() -> dict[str, str]:
    units = _FR.split()
    found = {word.replace("-", " "): str(value) for value, word in enumerate(units)}
    for ten, word in _FRENCH_TENS.items():
        above = 20 if ten in (60, 80) else 10
        for value in range(above):
            for joint in ("", "et "):
                phrase = f"{word} {joint}{units[value]}" if value else word
                found[phrase.replace("-", " ")] = str(ten + value)
    return found | {"quatre vingts": "80"}


def _hundreds() -> dict[str, str]:
    words = {"en": _EN, "fr": _FR}
    found = {f"{w} hundred": f"{v}00" for v, w in enumerate(words["en"].split()[:10]) if v}
    found |= {f"{w} cent": f"{v}00" for v, w in enumerate(words["fr"].split()[:10]) if v > 1}
    spanish = "cien doscientos trescientos cuatrocientos quinientos seiscientos setecientos ochocientos novecientos"
    german = (
        "einhundert zweihundert dreihundert vierhundert funfhundert sechshundert siebenhundert achthundert neunhundert"
    )
    for series in (spanish, german):
        found |= {word: f"{value}00" for value, word in enumerate(series.split(), 1)}
    return found


def _trie(phrases: dict[str, str]) -> Trie:
    root: Trie = {}
    for phrase, digits in phrases.items():
        node = root
        for word in phrase.split():
            node = node.setdefault(word, {})  # type: ignore[assignment]
        node[END] = digits
    return root


PHRASES: Final = _phrases()
ROOT: Final = _trie(PHRASES)
_SINGLE: Final = {
    word: digits for word, digits in PHRASES.items() if " " not in word and len(word) > 1 and word not in ("oh", "zip")
}
_ALTERNATIVES = "|".join(sorted(_SINGLE, key=len, reverse=True))
FUSED: Final = re.compile(f"(?>{_ALTERNATIVES}|oh){{3,}}+")
_HEADS: Final = frozenset(word[:2] for word in (*_SINGLE, "oh"))
_PART: Final = re.compile(f"{_ALTERNATIVES}|oh")


def fused(word: str) -> str:
    """The digits of "fivefivefive"; empty for other words."""
    if len(word) < 9 or word[:2] not in _HEADS or not FUSED.fullmatch(word):
        return ""
    return "".join(PHRASES[part] for part in _PART.findall(word))


#: Letters used in place of digits, if digits are near.
LOOKS: Final = str.maketrans("oil", "011")
BOLD_LOOKS: Final = str.maketrans("oilszbgq", "01152899"[:8])
_LEET: Final = str.maketrans("0134578", "oieastb")


def spelled_with_digits(word: str) -> str:
    """The digits of "f1ve" or "z3ro"; empty for other words."""
    plain = word.translate(_LEET)
    return PHRASES.get(plain, "") if len(plain) > 2 else ""
