"""Our Flask class: the limit on request bodies, SIDs in routes, and a short way to the views of webhooks."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from flask import Flask, Request
from flask.ctx import RequestContext
from flask.sessions import NullSession
from werkzeug.routing import BaseConverter, Map, MapAdapter, Rule

#: Bytes. A larger body is answered 413 before it is read.
BODY_LIMIT = 64 * 1024
WEBHOOK_START = "/webhooks/<service_sid>/"
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

    @cached_property
    def _webhooks(self) -> dict[tuple[str, int], tuple[Rule, list[str]]]:
        """Word and number of arguments -> the rule `/webhooks/<service_sid>/word/<argument>/…` and its arguments."""
        found = {}
        for rule in self.url_map.iter_rules():
            if rule.rule.startswith(WEBHOOK_START):
                word, *arguments = rule.rule.removeprefix(WEBHOOK_START).split("/")
                found[word, len(arguments)] = rule, [each.strip("<>") for each in arguments]
        return found

    def request_context(self, environ: dict[str, Any]) -> RequestContext:
        """Most requests are webhooks for a few paths: a look at the path takes the place of Flask's matching.

        There are no sessions of cookies, so none is looked for.
        """
        request = self.request_class(environ)
        if request.method == "POST" and request.path.startswith("/webhooks/"):
            _, _, service_sid, *rest = request.path.split("/")
            found = self._webhooks.get((rest[0], len(rest) - 1)) if rest and all(rest) and service_sid else None
            if found:
                rule, names = found
                request.url_rule, request.view_args = (
                    rule,
                    {
                        "service_sid": service_sid,
                        **dict(zip(names, rest[1:], strict=True)),
                    },
                )
        return RequestContext(self, environ, request=request, session=NULL_SESSION)

    def create_url_adapter(self, request: Request | None) -> MapAdapter | None:
        return None if request is not None and request.url_rule is not None else super().create_url_adapter(request)
