"""Characters as a person sees them (grapheme clusters): by today's Unicode, and by the carrier's calculator.

`regex` follows the newest Unicode (UAX 29). The calculator (npm sms-segments-calculator 1.3.0 with
grapheme-splitter 1.0.4) follows Unicode 10 of 2017, and counts \\r\\n as two: it counts newer emoji sequences and Indic
conjuncts as several characters.
"""

from __future__ import annotations

import regex

_CLUSTER = regex.compile(r"\X")
#: Characters that Unicode 10 joins to a zero width joiner (Glue_After_Zwj, E_Base_GAZ).
_JOINED = (
    "\u2640\u2642\u2695\u2696\u2708\u2764\U0001f308\U0001f33e\U0001f373\U0001f393\U0001f3a4\U0001f3a8\U0001f3eb\U0001f3ed"
    "\U0001f4bb\U0001f4bc\U0001f527\U0001f52c\U0001f5e8\U0001f680\U0001f692\U0001f466-\U0001f469"
)
#: Emoji that accept a skin tone only since Unicode 11.
_NEWER = "\U0001f90c\U0001f90f\U0001f977\U0001f9b5-\U0001f9cf\U0001fa70-\U0001faff"
#: Where the calculator splits what is one character today.
_CUT = regex.compile(
    rf"(?<=\u200d)(?![{_JOINED}\u200d\p{{M}}])"
    r"|(?<=\p{M})(?=\p{Lo})|(?<=\r)(?=\n)"
    rf"|(?<!(?:[\p{{Emoji_Modifier_Base}}--[{_NEWER}]]\p{{M}}*))(?=[\U0001f3fb-\U0001f3ff])",
    regex.V1,
)
#: Where the calculator joins what are two characters today.
_JOIN = regex.compile(rf"[{_JOINED}]")


def clusters(text: str) -> list[str]:
    """The text's characters, in order; joined they are the text."""
    found: list[str] = _CLUSTER.findall(text)
    return found


def counted_clusters(text: str) -> list[str]:
    """The text's characters as the carrier's calculator counts them."""
    found: list[str] = []
    for cluster in clusters(text):
        for part in [cluster] if len(cluster) == 1 else filter(None, _CUT.split(cluster)):
            if found and found[-1][-1] == "\u200d" and _JOIN.match(part):
                found[-1] += part
            else:
                found.append(part)
    return found
