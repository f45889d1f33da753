"""Parses messaging TwiML into verbs. Errors have the debugger's codes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from defusedxml import DefusedXmlException, ElementTree

NOT_XML, NOT_SCHEMA, BAD_CONTENT_TYPE = 12100, 12200, 12300
XML_TYPES = ("text/xml", "application/xml", "text/html")


@dataclass(frozen=True)
class MessageVerb:
    """Empty `to` and `sender`: reply to the person who texted, from the number that they texted."""

    body: str
    media: tuple[str, ...] = ()
    to: str = ""
    sender: str = ""
    action: str = ""
    method: str = "POST"
    status_callback: str = ""


@dataclass(frozen=True)
class RedirectVerb:
    url: str
    method: str = "POST"


Verb = MessageVerb | RedirectVerb


@dataclass(frozen=True)
class Script:
    verbs: tuple[Verb, ...] = ()
    warnings: tuple[str, ...] = ()


class TwimlError(Exception):
    def __init__(self, code: int, text: str) -> None:
        super().__init__(text)
        self.code, self.text = code, text


def parse(body: bytes, content_type: str) -> Script:
    kind = content_type.partition(";")[0].strip().lower()
    if not body.strip():
        return Script()
    if kind == "text/plain":
        return Script((MessageVerb(body.decode(errors="replace")),))
    if kind not in XML_TYPES:
        raise TwimlError(BAD_CONTENT_TYPE, f"Content-Type {kind or 'missing'}: TwiML is text/xml")
    root = parse_xml(body)
    if root.tag != "Response":
        raise TwimlError(NOT_XML, "the outermost element is not Response")
    return _script(root)


def parse_xml(body: bytes) -> Any:
    try:
        return ElementTree.fromstring(body.strip(), forbid_dtd=True)
    except (ElementTree.ParseError, DefusedXmlException, ValueError) as error:
        raise TwimlError(NOT_XML, f"document parse failure: {type(error).__name__}") from None


def _script(root: Any) -> Script:
    verbs: list[Verb] = []
    warnings: list[str] = []
    for element in root:
        if element.tag in ("Message", "Sms"):
            verbs.append(_message(element))
        elif element.tag == "Redirect":
            verbs.append(RedirectVerb(_text(element).strip(), _method(element)))
        elif isinstance(element.tag, str):
            warnings.append(f"{element.tag} is not a verb of messaging")
    return Script(tuple(verbs), tuple(warnings))


def _message(element: Any) -> MessageVerb:
    own = _text(element)
    nested = "".join(_text(child) for child in element.findall("Body"))
    # If there is a <Body> or <Media>, other text is only indentation.
    body = nested + own.strip() if len(element) else own
    return MessageVerb(
        body=body,
        media=tuple(_text(child).strip() for child in element.findall("Media")),
        to=element.get("to", ""),
        sender=element.get("from", ""),
        action=element.get("action", ""),
        method=_method(element),
        status_callback=element.get("statusCallback", ""),
    )


def _text(element: Any) -> str:
    return (element.text or "") + "".join(child.tail or "" for child in element)


def _method(element: Any) -> str:
    return "GET" if element.get("method", "").upper() == "GET" else "POST"
