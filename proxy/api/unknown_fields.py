"""Names of a form that no field has: ignored, as Twilio ignores them, but said, since one may be a misspelt field.

The response header lists them; for one that is close to a field a warning is logged, once a name.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable
from difflib import get_close_matches

from flask import Response, g, has_request_context, request

from common.runtime import Runtime
from proxy.edge import runtime

log = logging.getLogger("maskline.api")

HEADER = "Maskline-Ignored-Fields"
#: Of one answer. And what a name is made of: anything else, which may be what somebody wrote, is not repeated.
MOST = 10
NAME = re.compile(r"[A-Za-z][A-Za-z_]{0,63}")
MOST_LOGGED = 1000


class Logged:
    """Method and path, and name, of what was logged in this process."""

    def __init__(self, rt: Runtime) -> None:
        self.names: set[tuple[str, str]] = set()


def note(given: Iterable[str], known: Iterable[str], where: str = "") -> None:
    """Of a request's form. `where` goes before each name, as `Participants.`, whose keys may be in any case."""
    fields = {field.lower(): field for field in known}
    for name in given:
        plain = name.replace("_", "").lower()
        is_known = plain in fields if where else name in fields.values()
        if not is_known and NAME.fullmatch(name):
            near = get_close_matches(plain, fields, 1, 0.75)
            _note(f"{where}{name}", f"{where}{fields[near[0]]}" if near else None)


def _note(name: str, meant: str | None) -> None:
    if not has_request_context():
        return
    found: list[str] = g.setdefault("ignored_fields", [])
    if len(found) < MOST:
        found.append(f"{name} (did you mean {meant}?)" if meant else name)
    place = f"{request.method} {request.url_rule.rule if request.url_rule else ''}"
    logged = runtime().part(Logged).names
    if meant and (place, name) not in logged and len(logged) < MOST_LOGGED:
        logged.add((place, name))
        log.warning("%s: no field is named %s, so it is ignored; did you mean %s?", place, name, meant)


def show(response: Response) -> Response:
    if found := g.get("ignored_fields"):
        response.headers[HEADER] = ", ".join(found)
    return response
