"""Finds misspelled settings: a name that is close to one of ours is taken for a mistake, other names are ignored."""

from __future__ import annotations

from collections.abc import Collection, Iterable


def misspelled(names: Iterable[str], known: Collection[str]) -> dict[str, str]:
    """Wrong name -> the known name that is probably meant."""
    found = {name: _nearest(name, known) for name in names if name not in known}
    return {name: meant for name, meant in found.items() if meant}


def _nearest(name: str, known: Collection[str]) -> str | None:
    if name.upper() in known:
        return name.upper()
    distance, nearest = min((_distance(name.upper(), each), each) for each in known)
    # Longer names have more typing errors and fewer similar names: TWILIO_API_KEY is not meant as TWILIO_API_URL.
    return nearest if distance <= (2 if len(nearest) >= 12 else 1) else None


def _distance(a: str, b: str) -> int:
    """Typing errors between two words: a letter more, less or different, or two letters exchanged."""
    previous, row = list[int](), list(range(len(b) + 1))
    for i, letter in enumerate(a, 1):
        previous, above, row = row, previous, [i]
        for j, other in enumerate(b, 1):
            steps = [previous[j] + 1, row[j - 1] + 1, previous[j - 1] + (letter != other)]
            if i > 1 and j > 1 and letter == b[j - 2] and a[i - 2] == other:
                steps.append(above[j - 2] + 1)
            row.append(min(steps))
    return row[-1]
