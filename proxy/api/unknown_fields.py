"""Unknown form fields are ignored, as Twilio does, but reported, because one may be a misspelt field.

A response header lists them. If a name is similar to a field's, a warning is logged, once for each name.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable
from difflib import get_close_matches

from flask import Response, g, has_request_context, request

from common.runtime import Runtime
from proxy.context import runtime

log = logging.getLogger("maskline.api")

HEADER = "Maskline-Ignored-Fields"
#: How many names a response lists. A name that does not match NAME may be a person's text, and is not repeated.
MAX_LISTED = 10
NAME = re.compile(r"[A-Za-z][A-Za-z_]{0,63}")
MAX_LOGGED = 1000


class Logged:
    """What this process has logged: (method and route, name)."""

    def __init__(self, rt: Runtime) -> None:
        self.names: set[tuple[str, str]] = set()


def note(given: Iterable[str], known: Iterable[str], where: str = "") -> None:
    """`where`: put before each name, such as `Participants.`; the keys of a participant may be in any case."""
    fields = {field.lower(): field for field in known}
    for name in given:
        plain = name.replace("_", "").lower()
        is_known = plain in fields if where else name in fields.values()
        if not is_known and NAME.fullmatch(name):
            similar = get_close_matches(plain, fields, 1, 0.75)
            _report(f"{where}{name}", f"{where}{fields[similar[0]]}" if similar else None)


def _report(name: str, meant: str | None) -> None:
    if not has_request_context():
        return
    ignored: list[str] = g.setdefault("ignored_fields", [])
    if len(ignored) < MAX_LISTED:
        ignored.append(f"{name} (did you mean {meant}?)" if meant else name)
    endpoint = f"{request.method} {request.url_rule.rule if request.url_rule else ''}"
    logged = runtime().part(Logged).names
    if meant and (endpoint, name) not in logged and len(logged) < MAX_LOGGED:
        logged.add((endpoint, name))
        log.warning("%s: no field is named %s, so it is ignored; did you mean %s?", endpoint, name, meant)


def add_header(response: Response) -> Response:
    if ignored := g.get("ignored_fields"):
        response.headers[HEADER] = ", ".join(ignored)
    return response
