"""Checks that PUBLIC_URL reaches this installation, and that a request signed like the carrier's is accepted."""

from __future__ import annotations

import http.client
import secrets
import ssl
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator

from carrier.signature import sign
from proxy.doctor.finding import BAD, GOOD, CheckContext, Finding, skip_without

#: proxy/webhooks/trial.py answers this path.
PATH = "/webhooks/trial"
TIMEOUT_SECONDS = 10


def check(context: CheckContext) -> Iterator[Finding]:
    skip_without(lambda: context.settings, "the settings")
    settings = context.settings
    url, word = settings.public_url + PATH, secrets.token_hex(8)
    signature = sign(settings.twilio_auth_token, url, [("Word", [word])])
    body = urllib.parse.urlencode({"Word": word}).encode()
    request = urllib.request.Request(url, body, {"X-Twilio-Signature": signature})
    try:
        with _opener().open(request, timeout=TIMEOUT_SECONDS) as answer:
            yield _response_finding(answer.status, "", answer.read(200) == word.encode())
    except urllib.error.HTTPError as error:
        yield _response_finding(error.code, error.headers.get("Location", ""), False)
    except (OSError, http.client.HTTPException, ValueError) as error:
        yield _no_response_finding(error)


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:
        """Not followed: the carrier signs the URL that it was given, so the signature does not fit another URL."""


def _opener() -> urllib.request.OpenerDirector:
    # Without the proxies set on this machine: the carrier's requests do not use them.
    return urllib.request.build_opener(_NoRedirect, urllib.request.ProxyHandler({}))


def _response_finding(status: int, location: str, word_returned: bool) -> Finding:
    if word_returned:
        return Finding("address", GOOD, "PUBLIC_URL reaches the web process, and a signed request is accepted")
    if location:
        fix = "Write: PUBLIC_URL=… with the URL to which it redirects"
        text = f"PUBLIC_URL redirects ({status}), so the signature of the carrier's requests does not fit"
        return Finding("address", BAD, text, fix)
    if status == 403:
        text = "a signed request is refused: the web process has a different PUBLIC_URL or TWILIO_AUTH_TOKEN"
        return Finding("address", BAD, text, "Restart the web process with the settings of this command")
    if status == 503:
        return Finding("address", BAD, "the web process at PUBLIC_URL cannot reach its store", "Start the store")
    text = f"another program answers at PUBLIC_URL (status {status} for {PATH})"
    return Finding("address", BAD, text, "Route PUBLIC_URL, with its path, to the web process")


def _no_response_finding(error: Exception) -> Finding:
    reason = getattr(error, "reason", error)
    if isinstance(reason, ssl.SSLError):
        return Finding("address", BAD, "PUBLIC_URL: the TLS certificate is not valid, or the server does not use TLS",
                       "Renew the certificate, or, without TLS, write: PUBLIC_URL=http://…")  # fmt: skip
    if isinstance(reason, TimeoutError):
        return Finding("address", BAD, f"PUBLIC_URL does not answer within {TIMEOUT_SECONDS} s",
                       "Start the web process, and allow connections to it from this machine")  # fmt: skip
    return Finding("address", BAD, "nothing answers at PUBLIC_URL",
                   "Start the web process (Procfile: web), or correct PUBLIC_URL=https://…")  # fmt: skip
