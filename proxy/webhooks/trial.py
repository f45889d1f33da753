"""POST /webhooks/trial: the signed request with which `flask doctor` checks PUBLIC_URL."""

from __future__ import annotations

import re

from flask import Blueprint, Response, abort, request

from carrier.signature import is_genuine
from proxy.context import runtime

bp = Blueprint("trial", __name__)
_WORD = re.compile("[0-9a-f]{16}")


@bp.post("/webhooks/trial")
def answer() -> Response:
    """Returns the word; changes nothing. 403 unless signed for PUBLIC_URL with the first account's auth token."""
    settings, words = runtime().settings, request.form.getlist("Word")
    signature = request.headers.get("X-Twilio-Signature")
    if not is_genuine([settings.twilio_auth_token], settings.public_url + request.path, [("Word", words)], signature):
        abort(403)
    if len(words) != 1 or not _WORD.fullmatch(words[0]):
        abort(403)
    return Response(words[0], mimetype="text/plain")
