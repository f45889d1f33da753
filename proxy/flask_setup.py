"""Our Flask class: the limit on request bodies, and SIDs in routes."""

from __future__ import annotations

from typing import Any

from flask import Flask
from flask.ctx import RequestContext
from flask.sessions import NullSession
from werkzeug.routing import BaseConverter, Map

#: Bytes. A larger body is answered 413 before it is read.
BODY_LIMIT = 64 * 1024
NULL_SESSION = NullSession()


class SidConverter(BaseConverter):
    """`<sid("PN"):sid>` in a route matches only a SID with this prefix; for anything else the answer is 404."""

    def __init__(self, map: Map, prefix: str) -> None:
        super().__init__(map)
        self.regex = f"{prefix}[0-9a-fA-F]{{32}}"

    def to_python(self, value: str) -> str:
        return value[:2] + value[2:].lower()


class MasklineFlask(Flask):
    def __init__(self, name: str) -> None:
        super().__init__(name, static_folder=None)
        # One byte more than allowed: Werkzeug cuts a longer chunked body here without an error; its reader refuses it.
        self.config["MAX_CONTENT_LENGTH"] = BODY_LIMIT + 1
        # With `//` merged, a path with an empty SID would match another route.
        self.url_map.merge_slashes = False
        self.url_map.converters["sid"] = SidConverter

    def request_context(self, environ: dict[str, Any]) -> RequestContext:
        """There are no sessions of cookies, so none is looked for."""
        return RequestContext(self, environ, session=NULL_SESSION)
