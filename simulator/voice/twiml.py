"""Parses voice TwiML into verbs: name, attributes, text, nested verbs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from simulator.twiml import BAD_CONTENT_TYPE, NOT_XML, XML_TYPES, TwimlError, parse_xml

VERBS = frozenset({"Say", "Play", "Pause", "Gather", "Record", "Dial", "Hangup", "Reject", "Redirect"})
NESTED = {
    "Gather": frozenset({"Say", "Play", "Pause"}),
    "Dial": frozenset({"Number", "Conference"}),
}


@dataclass(frozen=True)
class Verb:
    name: str
    attributes: dict[str, str]
    text: str = ""
    nested: tuple[Verb, ...] = ()

    def get(self, name: str, default: str = "") -> str:
        return self.attributes.get(name, default)

    def seconds(self, name: str, default: float) -> float:
        """A value that is not a number counts as absent."""
        text = self.get(name)
        return float(text) if text.isascii() and text.isdigit() and len(text) < 7 else default

    def flag(self, name: str, default: bool = False) -> bool:
        return {"true": True, "false": False}.get(self.get(name).lower(), default)

    @property
    def method(self) -> str:
        return "GET" if self.get("method").upper() == "GET" else "POST"


@dataclass(frozen=True)
class Script:
    verbs: tuple[Verb, ...] = ()
    warnings: tuple[str, ...] = ()


def parse(body: bytes, content_type: str, url: str) -> Script:
    kind = content_type.partition(";")[0].strip().lower()
    if kind.startswith("audio/"):
        return Script((Verb("Play", {}, url),))
    if kind == "text/plain":
        return Script((Verb("Say", {}, body.decode(errors="replace").strip()),))
    if kind not in XML_TYPES:
        raise TwimlError(BAD_CONTENT_TYPE, f"Content-Type {kind or 'missing'}: TwiML is text/xml")
    root = parse_xml(body)
    if root.tag != "Response":
        raise TwimlError(NOT_XML, "the outermost element is not Response")
    warnings: list[str] = []
    return Script(_verbs(root, VERBS, warnings), tuple(warnings))


def _verbs(parent: Any, allowed: frozenset[str], warnings: list[str]) -> tuple[Verb, ...]:
    found = []
    for element in parent:
        if element.tag in allowed:
            inner = _verbs(element, NESTED.get(element.tag, frozenset()), warnings)
            found.append(Verb(element.tag, dict(element.attrib), _text(element, inner), inner))
        elif isinstance(element.tag, str):
            warnings.append(f"{element.tag} is not a verb of voice that may stand in {parent.tag}")
    return tuple(found)


def _text(element: Any, inner: tuple[Verb, ...]) -> str:
    # In Say, SSML tags are dropped and their text is kept; next to nested verbs, text is only indentation.
    return (element.text or "").strip() if inner else " ".join("".join(element.itertext()).split())
