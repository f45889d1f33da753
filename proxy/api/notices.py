"""/Services/<service>/Notices: a resource of ours, on top of Proxy's; no SDK knows it, none needs it."""

from __future__ import annotations

import re
from functools import partial
from typing import Any

from flask import Blueprint, Response, request
from marshmallow import ValidationError

from common.errors import Invalid
from common.values import Form, Value, checked, optional
from policy import notices
from policy.notices import Notice
from policy.sentences import SPOKEN, is_voice, language_tag
from proxy.api.forms import load
from proxy.api.paging import listing
from proxy.api.paths import service_of
from proxy.api.values import text
from proxy.edge import api_base, empty, reply, runtime

bp = Blueprint("notices", __name__, url_prefix="/Services/<service>/Notices")

LONGEST = 480
_NONCHARACTERS = re.compile("[\ufffe\uffff]")


def wording(value: str) -> str:
    """One line: a voice does not stop at lines, and a blank one the carrier refuses."""
    if not value.strip():
        raise ValidationError("must not be empty")
    if _NONCHARACTERS.search(value):
        raise ValidationError("must be one line without control characters")
    return str(text(LONGEST)(value))


def language(value: str) -> str | None:
    if value and not language_tag(value):
        raise ValidationError("must be a language or tag that <Say> knows, such as es or es-MX")
    return language_tag(value)


PROBLEM = "must be a voice that <Say> knows, such as Polly.Lucia or Google.es-ES-Standard-A"
voice = optional(checked(is_voice, PROBLEM))


class NoticeForm(Form):
    text = Value(wording, "Text", required=True)
    language = Value(language, "Language")
    voice = Value(voice, "Voice")


NOTICE = NoticeForm()


@bp.get("")
def index(service: str) -> Response:
    fetch = partial(notices.list_notices, runtime(), service_of(service))
    return listing("notices", fetch, partial(_dump, base=api_base()))


@bp.get("/<key>")
def fetch(service: str, key: str) -> Response:
    return _reply(notices.get_notice(runtime(), service_of(service), key))


@bp.post("/<key>")
def update(service: str, key: str) -> Response:
    return _reply(notices.set_notice(runtime(), service_of(service), key, load(NOTICE)))


@bp.delete("/<key>")
def delete(service: str, key: str) -> Response:
    notices.restore_notice(runtime(), service_of(service), key, _asked_language())
    return empty()


def _asked_language() -> str | None:
    """An empty one is refused: it would restore every language where one was meant."""
    found = request.args.getlist("Language")
    if len(found) > 1:
        raise Invalid("Language", "is given more than once: leave one")
    if not found:
        return None
    tag = language_tag(found[0])
    if tag is None:
        raise Invalid("Language", "must be a language or tag that <Say> knows, such as es or es-MX")
    return tag


def _reply(found: Notice) -> Response:
    return reply(_dump(found, api_base()))


def _dump(found: Notice, base: str) -> dict[str, Any]:
    return {
        "key": found.key,
        "service_sid": found.service_sid,
        "account_sid": found.account_sid,
        "spoken": found.key in SPOKEN,
        "text": found.text,
        "voice": found.voice,
        "texts": {
            tag: {"text": one.text, "voice": one.voice, "overridden": one.overridden}
            for tag, one in found.texts.items()
        },
        "url": f"{base}/Services/{found.service_sid}/Notices/{found.key}",
    }
