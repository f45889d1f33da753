"""Unknown form fields are ignored, as Twilio does, but reported, because one may be a misspelt field.

A response header lists them. If a name is similar to a field's, a warning is logged, once for each name.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Collection, Iterable
from contextvars import ContextVar, Token
from difflib import get_close_matches

from common.runtime import Runtime

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


class Ignored:
    """The unknown names of one request. `endpoint`: its method and route."""

    def __init__(self, rt: Runtime, endpoint: str) -> None:
        self._logged = rt.part(Logged).names
        self._endpoint = endpoint
        #: In their order. A form with a mistake is read twice, and each name is listed once.
        self._listed: dict[str, None] = {}

    def note(self, name: str, meant: str | None) -> None:
        if len(self._listed) < MAX_LISTED:
            self._listed[f"{name} (did you mean {meant}?)" if meant else name] = None
        logged = (self._endpoint, name)
        if meant and logged not in self._logged and len(self._logged) < MAX_LOGGED:
            self._logged.add(logged)
            log.warning("%s: no field is named %s, so it is ignored; did you mean %s?", *logged, meant)

    @property
    def header(self) -> str:
        return ", ".join(self._listed)


#: Of the form that is being read. The keys of a participant are found deep inside of a schema.
_reading: ContextVar[Ignored | None] = ContextVar("reading", default=None)


def begin(ignored: Ignored) -> Token[Ignored | None]:
    """From now on, `note` adds to `ignored`, until `end`."""
    return _reading.set(ignored)


def end(token: Token[Ignored | None]) -> None:
    _reading.reset(token)


def note(given: Iterable[str], known: Collection[str], where: str = "") -> None:
    """`where`: put before each name, such as `Participants.`; the keys of a participant may be in any case."""
    ignored = _reading.get()
    unknown = [name for name in given if name not in known]
    if not unknown or ignored is None:
        return
    fields = {field.lower(): field for field in known}
    for name in unknown:
        plain = name.replace("_", "").lower()
        if NAME.fullmatch(name) and not (where and plain in fields):
            similar = get_close_matches(plain, fields, 1, 0.75)
            ignored.note(f"{where}{name}", f"{where}{fields[similar[0]]}" if similar else None)
