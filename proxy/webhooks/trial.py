"""POST /webhooks/trial: `flask doctor` asks whether a request signed as the carrier signs it arrives whole."""

from __future__ import annotations

import re

from flask import Blueprint, Response, abort, request

from carrier.signature import is_genuine
from proxy.edge import runtime

bp = Blueprint("trial", __name__)
_WORD = re.compile("[0-9a-f]{16}")


@bp.post("/webhooks/trial")
def answer() -> Response:
    """Gives the word back, and changes nothing. 403 unless the first account's token signed it for PUBLIC_URL."""
    settings, words = runtime().settings, request.form.getlist("Word")
    signature = request.headers.get("X-Twilio-Signature")
    if not is_genuine([settings.twilio_auth_token], settings.public_url + request.path, [("Word", words)], signature):
        abort(403)
    if len(words) != 1 or not _WORD.fullmatch(words[0]):
        abort(403)
    return Response(words[0], mimetype="text/plain")
