"""Numbers that belong to nobody: ranges reserved for films, test cards, and numbers as on business documents."""

from __future__ import annotations

from random import Random

#: Country -> (number as dialled within the country, its grouping, as dialled from abroad); x is any digit.
PHONES = {
    "us": [
        ("21255501xx", "3-3-4", "+121255501xx"),
        ("41555501xx", "3-3-4", "+141555501xx"),
        ("80655501xx", "3-3-4", "+180655501xx"),
    ],
    "uk": [
        ("07700900xxx", "5-6", "+447700900xxx"),
        ("02079460xxx", "3-4-4", "+442079460xxx"),
        ("01632960xxx", "5-6", "+441632960xxx"),
    ],
    "fr": [("063998xxxx", "2-2-2-2-2", "+3363998xxxx"), ("019900xxxx", "2-2-2-2-2", "+3319900xxxx")],
    "de": [
        ("01713920xxx", "4-7", "+491713920xxx"),
        ("03023125xxx", "3-8", "+493023125xxx"),
        ("08999998xxx", "3-3-5", "+498999998xxx"),
    ],
    "es": [("655550xxx", "3-3-3", "+34655550xxx"), ("911550xxx", "3-2-2-2", "+34911550xxx")],
    "pt": [("912550xxx", "3-3-3", "+351912550xxx"), ("212550xxx", "3-3-3", "+351212550xxx")],
    "br": [("1199999xxxx", "2-5-4", "+551199999xxxx"), ("2198888xxxx", "2-5-4", "+552198888xxxx")],
    "zh": [("1380000xxxx", "3-4-4", "+861380000xxxx")],
    "ja": [("0900000xxxx", "3-4-4", "+81900000xxxx")],
    "in": [("99999xxxxx", "5-5", "+9199999xxxxx")],
    "au": [("0491570xxx", "4-3-3", "+61491570xxx")],
    "se": [("070174xxxx", "3-3-2-2", "+4670174xxxx")],
}
CARDS = (
    "4111111111111111",
    "5555555555554444",
    "378282246310005",
    "6011111111111117",
    "3530111333300000",
    "4012888888881881",
    "30569309025904",
)
_BINS = (
    ("411111", 16),
    ("424242", 16),
    ("555555", 16),
    ("222300", 16),
    ("378282", 15),
    ("601100", 16),
    ("352900", 16),
    ("620000", 16),
    ("300000", 14),
)


def filled(pattern: str, random: Random) -> str:
    return "".join(str(random.randrange(10)) if char == "x" else char for char in pattern)


def phone(random: Random, countries: str = "") -> tuple[str, str, str]:
    """Returns the national digits, their grouping, and the number as dialled from abroad."""
    country = random.choice(countries.split() or list(PHONES))
    home, form, abroad = random.choice(PHONES[country])
    national = filled(home, random)
    fixed = abroad.rstrip("x")
    return national, form, fixed + national[len(national) - (len(abroad) - len(fixed)) :]


def grouped(digits: str, form: str, by: str) -> str:
    parts, at = [], 0
    for size in map(int, form.split("-")):
        parts.append(digits[at : at + size])
        at += size
    return by.join(part for part in [*parts, digits[at:]] if part)


def check_digit(body: str) -> str:
    total = 0
    for place, char in enumerate(reversed(body)):
        value = int(char) * (1 if place % 2 else 2)
        total += value - 9 if value > 9 else value
    return str(-total % 10)


def luhn_number(random: Random, prefix: str, size: int) -> str:
    body = prefix + "".join(str(random.randrange(10)) for _ in range(size - len(prefix) - 1))
    return body + check_digit(body)


def card(random: Random) -> str:
    return random.choice(CARDS) if random.random() < 0.3 else luhn_number(random, *random.choice(_BINS))


def card_form(digits: str) -> str:
    return {16: "4-4-4-4", 15: "4-6-5", 14: "4-6-4"}[len(digits)]
