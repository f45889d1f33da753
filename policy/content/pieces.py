"""Numbers given in steps within one text: "start with 06 39, then add 98 31, and at the end 27"."""

from __future__ import annotations

import re
from typing import Final

from policy.content.characters import fold
from policy.content.context import Said, meaning
from policy.content.dialable import is_local
from policy.content.runs import Reading, Run
from policy.content.things import SOFT
from policy.content.vocabulary import word_set

_LEAST, _MOST = 9, 13
_MOST_RUNS: Final = 6
_FEWEST_STEPS: Final = 2
_NEAR: Final = 5
#: Words for the order of parts.
_STEPS: Final = word_set(
    """
    then start starts begin begins first last ends end finish finally add area middle after next
    puis ensuite ajoute ajoutes ajoutez fin commence commencez termine dernier derniers debut
    empieza empiezas luego despues agrega anade termina ultimos ultimas final primero primeros
    comeca comece depois acrescenta ultimos primeiros acaba dann danach anfang zuerst hinten vorne schluss hange ende
    inizia poi aggiungi finisce ultime ultimi alla
    rest vorwahl prefix
    """
)
_STEP_MARKS: Final = tuple(fold("然后 然後 接着 后面 再 最后 最後 末尾 开头 開頭 最初 次に").split())
_BACKWARDS: Final = word_set("backwards backward reversed rueckwarts ruckwarts")
_BACKWARDS_PHRASE: Final = re.compile(
    fold(
        "al reves|al contrario|ao contrario|de tras pra frente|de tras para frente|a l'envers|right to left"
        "|从右往左|倒着|倒過來|逆から|逆さ"
    )
)


def in_pieces(reading: Reading) -> tuple[int, int, str] | None:
    """Start, end and digits of a number in parts, each with a word for its place, or of one written backwards."""
    runs = [run for run in reading.runs if run.size > 1]
    digits = "".join(group.digits for run in runs for group in run.groups)
    if not 0 < len(runs) <= _MOST_RUNS or not _LEAST <= len(digits) <= _MOST:
        return None
    if _is_backwards(reading):
        digits = digits[::-1]
    elif not _in_steps(reading, runs):
        return None
    if not is_local(digits, reading.homes):
        return None
    if any(meaning(token) is Said.THING and token.text not in SOFT for token in reading.row):
        return None
    return runs[0].groups[0].start, runs[-1].groups[-1].end, digits


def _in_steps(reading: Reading, runs: list[Run]) -> bool:
    """Whether each part but the first has a word for its place before it, and there are at least two such words."""
    if len(runs) < _FEWEST_STEPS:
        return False
    placed = [_is_placed(reading, run) for run in runs]
    return all(placed[1:]) and sum(placed) >= _FEWEST_STEPS


def _is_placed(reading: Reading, run: Run) -> bool:
    near = reading.row[max(0, run.first - _NEAR) : run.first]
    return any(token.text in _STEPS or any(mark in token.text for mark in _STEP_MARKS) for token in near)


def _is_backwards(reading: Reading) -> bool:
    return (
        any(token.text in _BACKWARDS for token in reading.row)
        or _BACKWARDS_PHRASE.search(reading.flat.text) is not None
    )
