"""A received file's bytes, from the carrier.

Facts (Twilio, Media subresource and its article on HTTP authentication of media): the address asks for the account's
credentials and redirects, once, to a signed one elsewhere (mms.twiliocdn.com, formerly s3-external-1.amazonaws.com)
that is good for four hours. Just after the webhook it may answer 404.
"""

from __future__ import annotations

from urllib.parse import urljoin

from callbacks.http.http_client import HttpClient
from callbacks.http.response import FailureKind, RequestFailed, Response
from carrier.client import Carrier
from common.runtime import Runtime
from media.cleaning.model import Reason, Unclean
from media.rules import rules

REDIRECTS = frozenset({301, 302, 303, 307, 308})
#: At a time in this process: each may hold as many bytes as a file may have.
PER_ACCOUNT, TOTAL = 6, 8
#: No later try would do better.
HOPELESS = {
    FailureKind.TOO_BIG: Reason.TOO_LARGE,
    FailureKind.REFUSED_URL: Reason.UNSUPPORTED,
    FailureKind.PRIVATE_ADDRESS: Reason.UNSUPPORTED,
}


class NotYet(Exception):
    """Not to be had now; perhaps later."""


class Sources:
    """The two clients: for the carrier's own address, which the operator chose, and for the address it redirects to."""

    def __init__(self, allow_private: bool, most_bytes: int) -> None:
        self.carrier, self.elsewhere = (
            HttpClient(allow_private=allowed, per_account=PER_ACCOUNT, total=TOTAL, max_body_bytes=most_bytes)
            for allowed in (True, allow_private)
        )


def sources(rt: Runtime) -> Sources:
    return Sources(rt.settings.allow_private_callbacks, rt.part(rules).limits.bytes_in)


def fetch(sources: Sources, carrier: Carrier, message_sid: str, media_sid: str, seconds: float) -> bytes:
    """Raises NotYet, and Unclean if it is too large or leads where we do not go.

    The credentials go to the carrier's address alone.
    """
    url, headers, owner = carrier.media_request(message_sid, media_sid)
    try:
        answer = sources.carrier.get(owner, url, headers=headers, deadline_seconds=seconds)
        if answer.status in REDIRECTS:
            there = urljoin(url, answer.location)
            answer = sources.elsewhere.get(owner, there, headers={}, deadline_seconds=seconds)
    except RequestFailed as error:
        raise _failure(error) from None
    except ValueError:
        raise Unclean(Reason.UNSUPPORTED) from None
    return _body(answer)


def _failure(error: RequestFailed) -> Exception:
    reason = HOPELESS.get(error.kind)
    return Unclean(reason) if reason else NotYet()


def _body(answer: Response) -> bytes:
    if answer.status != 200:
        raise NotYet
    return answer.body
