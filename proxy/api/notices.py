"""/Services/<service>/Notices: the texts that we send or speak to people. Not part of Proxy, and in no SDK."""

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
from proxy.context import api_base, runtime
from proxy.responses import json_response, no_content

bp = Blueprint("notices", __name__, url_prefix="/Services/<service>/Notices")

MAX_LENGTH = 480
_NONCHARACTERS = re.compile("[\ufffe\uffff]")


def notice_text(value: str) -> str:
    """One line, because <Say> makes no pause between lines; not blank, because the carrier refuses that."""
    if not value.strip():
        raise ValidationError("must not be empty")
    if _NONCHARACTERS.search(value):
        raise ValidationError("must be one line without control characters")
    return str(text(MAX_LENGTH)(value))


def language(value: str) -> str | None:
    if value and not language_tag(value):
        raise ValidationError("must be a language or tag that <Say> knows, such as es or es-MX")
    return language_tag(value)


PROBLEM = "must be a voice that <Say> knows, such as Polly.Lucia or Google.es-ES-Standard-A"
voice = optional(checked(is_voice, PROBLEM))


class NoticeForm(Form):
    text = Value(notice_text, "Text", required=True)
    language = Value(language, "Language")
    voice = Value(voice, "Voice")


NOTICE = NoticeForm()


@bp.get("")
def index(service: str) -> Response:
    fetch = partial(notices.list_notices, runtime(), service_of(service))
    return listing("notices", fetch, partial(_dump, base=api_base()))


@bp.get("/<key>")
def fetch(service: str, key: str) -> Response:
    return _response(notices.get_notice(runtime(), service_of(service), key))


@bp.post("/<key>")
def update(service: str, key: str) -> Response:
    return _response(notices.set_notice(runtime(), service_of(service), key, load(NOTICE)))


@bp.delete("/<key>")
def delete(service: str, key: str) -> Response:
    notices.restore_notice(runtime(), service_of(service), key, _language_argument())
    return no_content()


def _language_argument() -> str | None:
    """Empty is refused: it would restore every language, not the one that the caller meant."""
    values = request.args.getlist("Language")
    if len(values) > 1:
        raise Invalid("Language", "is given more than once: give it once")
    if not values:
        return None
    tag = language_tag(values[0])
    if tag is None:
        raise Invalid("Language", "must be a language or tag that <Say> knows, such as es or es-MX")
    return tag


def _response(notice: Notice) -> Response:
    return json_response(_dump(notice, api_base()))


def _dump(notice: Notice, base: str) -> dict[str, Any]:
    return {
        "key": notice.key,
        "service_sid": notice.service_sid,
        "account_sid": notice.account_sid,
        "spoken": notice.key in SPOKEN,
        "text": notice.text,
        "voice": notice.voice,
        "texts": {
            tag: {"text": text.text, "voice": text.voice, "overridden": text.overridden}
            for tag, text in notice.texts.items()
        },
        "url": f"{base}/Services/{notice.service_sid}/Notices/{notice.key}",
    }
