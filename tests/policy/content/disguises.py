"""Ways in which people write a number so that programs cannot read it."""

from __future__ import annotations

from random import Random

WORDS = {
    "en": ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"],
    "es": ["cero", "uno", "dos", "tres", "cuatro", "cinco", "seis", "siete", "ocho", "nueve"],
    "fr": ["zéro", "un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf"],
    "de": ["null", "eins", "zwei", "drei", "vier", "fünf", "sechs", "sieben", "acht", "neun"],
    "pt": ["zero", "um", "dois", "três", "quatro", "cinco", "seis", "sete", "oito", "nove"],
    "zh": list("零一二三四五六七八九"),
    "zh2": list("〇一二三四五六七八九"),
    "zh3": list("零壹贰叁肆伍陆柒捌玖"),
}
_FRENCH = [
    "zéro",
    "un",
    "deux",
    "trois",
    "quatre",
    "cinq",
    "six",
    "sept",
    "huit",
    "neuf",
    "dix",
    "onze",
    "douze",
    "treize",
    "quatorze",
    "quinze",
    "seize",
    "dix-sept",
    "dix-huit",
    "dix-neuf",
    "vingt",
]
SCRIPTS = {
    "full": 0xFF10,
    "arabic": 0x0660,
    "persian": 0x06F0,
    "devanagari": 0x0966,
    "bengali": 0x09E6,
    "thai": 0x0E50,
    "bold": 0x1D7CE,
    "double": 0x1D7D8,
    "sans": 0x1D7E2,
    "mono": 0x1D7F6,
    "tamil": 0x0BE6,
}
CIRCLED = "⓪①②③④⑤⑥⑦⑧⑨"
NEGATIVE = "⓿❶❷❸❹❺❻❼❽❾"
RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹"
LOWERED = "₀₁₂₃₄₅₆₇₈₉"
INVISIBLE = ["\u200b", "\u200c", "\u200d", "\u2060", "\ufeff", "\u00ad"]


def said(digits: str, language: str, by: str = " ") -> str:
    return by.join(WORDS[language][int(digit)] for digit in digits)


def half_said(digits: str, language: str, random: Random) -> str:
    return " ".join(WORDS[language][int(digit)] if random.random() < 0.5 else digit for digit in digits)


def scripted(text: str, script: str) -> str:
    return "".join(chr(SCRIPTS[script] + int(char)) if char.isdigit() else char for char in text)


def drawn(text: str, alphabet: str) -> str:
    return "".join(alphabet[int(char)] if char.isdigit() else char for char in text)


def keycaps(text: str) -> str:
    return "".join(f"{char}\ufe0f\u20e3" if char.isdigit() else char for char in text)


def unseen(text: str, random: Random) -> str:
    return "".join(char + random.choice(INVISIBLE) if char.isdigit() else char for char in text)


def letters(text: str, random: Random) -> str:
    return "".join(
        {"0": random.choice("oO"), "1": random.choice("lI")}.get(c, c) if random.random() < 0.7 else c for c in text
    )


def heard(digits: str) -> str:
    """Alternates number words with words of the same sound."""
    swap = {"2": "to", "4": "for", "8": "ate", "0": "oh", "1": "won"}
    inner = [swap.get(d, WORDS["en"][int(d)]) if at % 2 else WORDS["en"][int(d)] for at, d in enumerate(digits)]
    inner[0], inner[-1] = WORDS["en"][int(digits[0])], WORDS["en"][int(digits[-1])]
    return " ".join(inner)


def doubled(digits: str) -> str:
    parts, at = [], 0
    while at < len(digits):
        twin = digits[at : at + 2] == digits[at] * 2
        parts.append(f"double {WORDS['en'][int(digits[at])]}" if twin else WORDS["en"][int(digits[at])])
        at += 2 if twin else 1
    return " ".join(parts)


def leet(digits: str) -> str:
    swap = str.maketrans("oei", "031")
    return " ".join(WORDS["en"][int(digit)].translate(swap) for digit in digits)


def _pair(value: int) -> str:
    if value <= 20:
        return _FRENCH[value]
    tens = {
        2: "vingt",
        3: "trente",
        4: "quarante",
        5: "cinquante",
        6: "soixante",
        7: "soixante",
        8: "quatre-vingt",
        9: "quatre-vingt",
    }
    ten, unit = divmod(value, 10)
    rest = unit + 10 if ten in (7, 9) else unit
    joint = "-et-" if rest in (1, 11) and ten < 8 else "-"
    return tens[ten] + (joint + _FRENCH[rest] if rest else "")


def french_pairs(digits: str) -> str:
    """The number in pairs, as said in French: zéro six douze quatre-vingt-dix-huit."""
    pairs = [digits[at : at + 2] for at in range(0, len(digits), 2)]
    return " ".join(f"zéro {_FRENCH[int(p[1])]}" if p[0] == "0" else _pair(int(p)) for p in pairs)


def tens(digits: str) -> str:
    """The number in pairs, as said in English: twenty-one, oh five."""
    names = ["_", "_", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
    parts = []
    for at in range(0, len(digits), 2):
        a, b = int(digits[at]), digits[at + 1 : at + 2]
        if not b or a < 2:
            parts.append(said(digits[at : at + 2], "en"))
        else:
            parts.append(names[a] if b == "0" else f"{names[a]} {WORDS['en'][int(b)]}")
    return " ".join(parts)
