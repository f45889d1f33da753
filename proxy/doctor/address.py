"""Whether PUBLIC_URL leads here, and a request that is signed as the carrier signs it passes on the way."""

from __future__ import annotations

import http.client
import secrets
import ssl
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator

from carrier.signature import sign
from proxy.doctor.finding import BAD, GOOD, Finding, Patient, needing

#: proxy/webhooks/trial.py answers there.
PATH = "/webhooks/trial"
TIMEOUT_SECONDS = 10


def check(patient: Patient) -> Iterator[Finding]:
    needing(lambda: patient.settings, "the settings")
    settings = patient.settings
    url, word = settings.public_url + PATH, secrets.token_hex(8)
    signature = sign(settings.twilio_auth_token, url, [("Word", [word])])
    body = urllib.parse.urlencode({"Word": word}).encode()
    request = urllib.request.Request(url, body, {"X-Twilio-Signature": signature})
    try:
        with _opener().open(request, timeout=TIMEOUT_SECONDS) as answer:
            yield _answered(answer.status, "", answer.read(200) == word.encode())
    except urllib.error.HTTPError as error:
        yield _answered(error.code, error.headers.get("Location", ""), False)
    except (OSError, http.client.HTTPException, ValueError) as error:
        yield _silent(error)


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:
        """The carrier signs the address that it was given, so a redirect breaks the signature."""


def _opener() -> urllib.request.OpenerDirector:
    # Without the machine's proxies: the carrier comes without them, too.
    return urllib.request.build_opener(_NoRedirect, urllib.request.ProxyHandler({}))


def _answered(status: int, location: str, whole: bool) -> Finding:
    if whole:
        return Finding("address", GOOD, "PUBLIC_URL leads here, and a signed request passes")
    if location:
        mend = "Write: PUBLIC_URL=… as the address to which it redirects"
        return Finding("address", BAD, f"PUBLIC_URL redirects ({status}): the carrier's signature is lost by it", mend)
    if status == 403:
        text = "a signed request is refused: the web process has another PUBLIC_URL or TWILIO_AUTH_TOKEN"
        return Finding("address", BAD, text, "Restart the web process with the settings of this command")
    if status == 503:
        return Finding("address", BAD, "the web process at PUBLIC_URL cannot reach its store", "Start the store")
    text = f"something else answers at PUBLIC_URL (status {status} for {PATH})"
    return Finding("address", BAD, text, "Lead PUBLIC_URL, path and all, to the web process")


def _silent(error: Exception) -> Finding:
    reason = getattr(error, "reason", error)
    if isinstance(reason, ssl.SSLError):
        return Finding("address", BAD, "PUBLIC_URL: the TLS certificate is not good, or no TLS is spoken there",
                       "Renew the certificate, or write: PUBLIC_URL=http://… where there is none")  # fmt: skip
    if isinstance(reason, TimeoutError):
        return Finding("address", BAD, f"PUBLIC_URL does not answer within {TIMEOUT_SECONDS} s",
                       "Start the web process, and let it be reached from here")  # fmt: skip
    return Finding("address", BAD, "nothing answers at PUBLIC_URL",
                   "Start the web process (Procfile: web), or write the right PUBLIC_URL=https://…")  # fmt: skip
