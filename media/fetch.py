"""Fetches a received file from the carrier.

Facts (Twilio, Media subresource and its article on HTTP authentication of media): the media URL requires the account's
credentials and redirects once to a signed URL on another host (mms.twiliocdn.com, formerly
s3-external-1.amazonaws.com), which is valid for four hours. Just after the webhook it may answer 404.
"""

from __future__ import annotations

from urllib.parse import urljoin

from callbacks.http.http_client import HttpClient, OnRefused
from callbacks.http.response import FailureKind, RequestFailed, Response
from callbacks.refused_targets import noting
from carrier.client import Carrier
from common.runtime import Runtime
from media.cleaning.model import Reason, Unclean
from media.rules import rules

REDIRECTS = frozenset({301, 302, 303, 307, 308})
#: Concurrent fetches in this process: each may use as much memory as the largest allowed file.
PER_ACCOUNT, TOTAL = 6, 8
#: Failures that are the same on every later try.
PERMANENT = {
    FailureKind.TOO_BIG: Reason.TOO_LARGE,
    FailureKind.REFUSED_URL: Reason.UNSUPPORTED,
    FailureKind.PRIVATE_ADDRESS: Reason.UNSUPPORTED,
}


class NotAvailable(Exception):
    """The file cannot be fetched now; a later try may succeed."""


class Sources:
    """Two HTTP clients: for the carrier's own URL, which the operator configured, and for the URL it redirects to."""

    def __init__(
        self, allow_private: bool, most_bytes: int, on_refused: OnRefused = lambda account_sid, kind: None
    ) -> None:
        self.carrier, self.redirected = (
            HttpClient(
                allow_private=allowed,
                per_account=PER_ACCOUNT,
                total=TOTAL,
                max_body_bytes=most_bytes,
                on_refused=on_refused,
            )
            for allowed in (True, allow_private)
        )


def sources(rt: Runtime) -> Sources:
    return Sources(rt.settings.allow_private_callbacks, rt.part(rules).limits.bytes_in, noting(rt))


def fetch(sources: Sources, carrier: Carrier, message_sid: str, media_sid: str, seconds: float) -> bytes:
    """The file's bytes, within `seconds`. The credentials are sent only to the carrier's own URL.

    Raises NotAvailable, and Unclean if the file is too large or its URL is refused.
    """
    url, headers, owner = carrier.media_request(message_sid, media_sid)
    try:
        answer = sources.carrier.get(owner, url, headers=headers, deadline_seconds=seconds)
        if answer.status in REDIRECTS:
            target = urljoin(url, answer.location)
            answer = sources.redirected.get(owner, target, headers={}, deadline_seconds=seconds)
    except RequestFailed as error:
        raise _failure(error) from None
    except ValueError:
        raise Unclean(Reason.UNSUPPORTED) from None
    return _body(answer)


def _failure(error: RequestFailed) -> Exception:
    reason = PERMANENT.get(error.kind)
    return Unclean(reason) if reason else NotAvailable()


def _body(answer: Response) -> bytes:
    if answer.status != 200:
        raise NotAvailable
    return answer.body
