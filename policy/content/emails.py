"""E-mail addresses, as usually written and in words ("jo at example dot com")."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from policy.content.characters import Flat
from policy.content.vocabulary import word_set

_DOT_WORDS: Final = r"dot|punto|point|punkt|ponto|dott|d0t"
_DOT: Final = (
    rf"(?:\s?[(\[{{<]\s?(?:\.|{_DOT_WORDS})\s?[)\]}}>]\s?|\s(?:{_DOT_WORDS})\s|\s?(?:点|點|ドット)\s?|\s?\.\s?)"
)
_AT_WORDS: Final = r"at|arroba|arobase|arrobase|aroba|chiocciola|klammeraffe|ett|艾特|アットマーク|アット"
_AT: Final = re.compile(
    rf"(?P<sure>\s?@\s?|\s?[(\[{{<]\s?(?:@|a|{_AT_WORDS})\s?[)\]}}>]\s?|\s?[_\-*]{{1,4}}(?:at|arroba)[_\-*]{{1,4}}\s?)"
    rf"|(?P<told>\s(?:{_AT_WORDS})\s|\s?(?:艾特|アットマーク)\s?)"
)
_LABEL: Final = r"[a-z0-9](?:[a-z0-9\-]{0,40}[a-z0-9])?"
_RIGHT: Final = re.compile(rf"({_LABEL})((?:{_DOT}{_LABEL}){{1,3}})")
#: Providers that people name without the ending.
_BARE: Final = re.compile(r"(?:gmail|googlemail|hotmail|outlook|icloud|protonmail|yahoo)(?:\s?com)?(?![a-z0-9.])")
_LAST: Final = re.compile(rf"{_DOT}({_LABEL})$")
_LEFT: Final = re.compile(
    rf"(?:[a-z0-9_%+\-]{{1,40}}(?:{_DOT}|\s(?:underscore|dash|hyphen|guion bajo|guion|tiret"
    r"|unterstrich|bindestrich|underline|traco|minus)\s|\.))"
    r"{0,3}[a-z0-9_%+\-]{1,40}$"
)
_MOST_LEFT = 80
_ENDINGS: Final = word_set(
    """
    com net org edu gov mil int info biz name pro mobi io co me tv cc ai app dev xyz online site shop store
    email live club tech cloud page space example test invalid us uk ca au nz ie de at ch fr be nl lu es pt it
    gr pl cz sk hu ro bg se no dk fi is ee lv lt ru ua by tr il ae sa eg ma za ng ke in pk bd lk cn hk tw jp kr
    sg my th vn id ph br mx ar cl pe uy py bo ec ve cr gt eu cat asia
    """
)
_PROVIDERS: Final = word_set(
    """
    gmail googlemail yahoo ymail rocketmail hotmail outlook live msn icloud mac aol proton protonmail pm gmx web
    mail fastmail zoho tutanota tuta hey yandex inbox orange wanadoo free laposte sfr libero virgilio uol bol
    terra ig sapo t-online freenet posteo mailbox qq 163 126 sina naver hanmail daum comcast verizon att
    """
)
#: Words before "at" that mean a place, not an address: "Look at shop.com".
_VERBS: Final = word_set(
    """
    look looking meet me you us him her it is are be was were am here there working work works worked find found
    see seen check shop buy bought sell available page site store open closed live listed online sold staying
    stay arrive arriving account login sign-in log in on and or not i we they them one people team join support
    aimed good great price only everyone down up more now order orders ordered sale read details info visit help
    order
    """
)
_ASKED: Final = re.compile(r"(?:e-?mail|correo|courriel|mail|write|escribe|ecri|schreib|escreve|邮箱|邮件|メール)")
_NEAR = 40


def emails(flat: Flat) -> Iterator[tuple[int, int, str]]:
    """Start and end in the folded text, and the text, of each address."""
    text, after = flat.text, 0
    for anchor in _AT.finditer(text):
        if anchor.start() < after:
            continue
        right = _right(text, anchor)
        left = _LEFT.search(text, max(after, anchor.start() - _MOST_LEFT), anchor.start()) if right else None
        if left is None or right is None:
            continue
        start = _left(text, left, anchor)
        if start < anchor.start() and _is_address(text, start, anchor, right):
            after = right[1]
            yield start, after, _told(text[start : anchor.start()]) + "@" + right[0]


def may_hold(text: str) -> bool:
    return _AT.search(text) is not None


def _right(text: str, anchor: re.Match[str]) -> tuple[str, int, bool] | None:
    """The domain, its end, and whether its dots are written as words."""
    found = _RIGHT.match(text, anchor.end())
    while found is not None:
        last = _LAST.search(found[0])
        if last is not None and last[1] in _ENDINGS:
            return _told(found[0]), found.end(), not re.fullmatch(r"[a-z0-9.\-]+", found[0])
        shorter = last and found.start() + last.start()
        found = _RIGHT.fullmatch(text, anchor.end(), shorter) if shorter else None
    bare = _BARE.match(text, anchor.end())
    return (bare[0], bare.end(), True) if bare else None


def _left(text: str, left: re.Match[str], anchor: re.Match[str]) -> int:
    """Where the local part begins: a dot with a space after it ends the sentence before."""
    start = left.start()
    cut = text.rfind(". ", start, anchor.start())
    return cut + 2 if cut >= 0 else start


def _is_address(text: str, start: int, anchor: re.Match[str], right: tuple[str, int, bool]) -> bool:
    domain, _, told = right
    if anchor["sure"]:
        handle = anchor[0][0].isspace() and anchor[0].endswith("@")
        return not handle or told or domain.split(".")[0] in _PROVIDERS
    name = text[start : anchor.start()]
    if name in _VERBS:
        return False
    if told or domain.split(".")[0] in _PROVIDERS:
        return True
    return bool(_ASKED.search(text, max(0, start - _NEAR), start))


def _told(part: str) -> str:
    return re.sub(r"\s+", "", re.sub(_DOT, ".", part))
