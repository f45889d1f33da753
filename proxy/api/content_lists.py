"""/Services/<service>/ContentLists: what the content policy allows, and own word lists. Not part of Proxy."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response

from common.model import Service
from common.values import Form, Value, matching
from policy import content_lists
from policy.content.profanity import languages
from policy.content_lists import ContentLists
from proxy.api.forms import load
from proxy.api.paths import service_of
from proxy.context import api_base, runtime
from proxy.responses import json_response

bp = Blueprint("content_lists", __name__, url_prefix="/Services/<service>/ContentLists")


language = matching("[a-z]{2}", "must be a language code of two lower-case letters (ISO 639-1), such as es")


class ContentListsForm(Form):
    allowed = Value(str, "Allowed")
    language = Value(language, "Language")
    words = Value(str, "Words")


CONTENT_LISTS = ContentListsForm()


@bp.get("")
def fetch(service: str) -> Response:
    found = service_of(service)
    return _reply(found, content_lists.get_lists(runtime(), found))


@bp.post("")
def update(service: str) -> Response:
    found = service_of(service)
    return _reply(found, content_lists.set_lists(runtime(), found, load(CONTENT_LISTS)))


def _reply(service: Service, found: ContentLists) -> Response:
    body: dict[str, Any] = {
        "service_sid": service.sid,
        "account_sid": service.account_sid,
        "allowed": list(found.allowed),
        "words": dict(found.words),
        "languages": languages(),
        "url": f"{api_base()}/Services/{service.sid}/ContentLists",
    }
    return json_response(body)
