"""The command line's texts and numbers: sends requests to a running simulator and prints the answers."""

from __future__ import annotations

import contextlib
import mimetypes
import os
from base64 import b64encode
from pathlib import Path
from typing import Any
from urllib.parse import quote

import requests

from simulator import catalogue

DEFAULT_URL = "http://127.0.0.1:5055"
TIMEOUT = 60
#: Seconds that one request of `inbox --follow` waits; well below TIMEOUT.
FOLLOW_SECONDS = 30


class Unreachable(Exception):
    """No simulator answers, or it refuses the request. The text says what to do."""


def text(sender: str, to: str, body: str, media: list[str]) -> int:
    # HTTP accepts any sender; on the command line a sender that starts with + must be a valid phone number.
    if sender.startswith("+") and not catalogue.is_valid(catalogue.to_e164(sender)):
        raise Unreachable(f"{sender} is not a phone number: write it as +14085550111")
    files = [_attached(one) for one in media]
    answer = ask("POST", "/sim/text?wait=1", {"from": sender, "to": to, "body": body, "media": files})
    webhook = answer["webhook"]
    if webhook is None:
        print(f"{answer['sid']} received by {to}, which has no SMS webhook yet")
        return 1
    if webhook["error_code"] is not None:
        print(f"{answer['sid']} received by {to}; its webhook failed: {_reason(webhook)}")
        return 1
    for one in answer["sent"]:
        print(f"{answer['sid']} {_sent(sender, one)}")
    if not answer["sent"]:
        print(
            f"{answer['sid']} was not relayed: the webhook of {to} answered without a message. What the app sends by "
            f"the API shows in: python -m simulator inbox PHONE"
        )
    return 0


def _sent(sender: str, one: dict[str, Any]) -> str:
    """One line for one Message of the webhook's TwiML."""
    act = "answered" if one["to"] == sender else "relayed"
    reached = f"{act} to {one['to']} as {one['from']}: {one['body']}"
    return f"{reached} ({one['status']}, error {one['error_code']})" if one["error_code"] else reached


def _attached(place: str) -> dict[str, str]:
    """The media entry for a URL, or for a file: its bytes, with the type that its name suggests."""
    if "://" in place:
        return {"url": place}
    kind = mimetypes.guess_type(place)[0] or "application/octet-stream"
    try:
        return {"data": b64encode(Path(place).read_bytes()).decode(), "content_type": kind}
    except OSError:
        raise Unreachable(f"{place} is neither an address nor a file that can be read") from None


def inbox(phone: str, follow: bool = False) -> int:
    """Print a phone's inbox. With `follow`: print new texts until Ctrl-C."""
    shown = _print_messages(phone, 0)
    if not shown and not follow:
        print("nothing received yet")
    with contextlib.suppress(KeyboardInterrupt):
        while follow:
            shown = _print_messages(phone, shown, f"?count={shown + 1}&timeout={FOLLOW_SECONDS}")
    return 0


def _print_messages(phone: str, shown: int, query: str = "") -> int:
    """Print the messages after the first `shown`; return how many there are."""
    messages = ask("GET", f"/sim/inbox/{quote(phone)}{query}")["messages"]
    for message in messages[shown if shown <= len(messages) else 0 :]:
        print(f"{message['at']}  from {message['from']}  {message['body']}", flush=True)
        for media in message["media"]:
            size = "not fetched" if media["size"] is None else f"{media['size']} bytes"
            print(f"    {media['content_type']}  {size}  {media['url']}", flush=True)
    return len(messages)


def phones() -> int:
    found = ask("GET", "/sim/phones")["phones"]
    for one in found:
        print(f"{one['phone']:<16}  {one['state']:<8}  {one['received']} texts received, {one['heard']} sounds heard")
    if not found:
        print("no phone has texted, called or been reached yet")
    return 0


def clear(phone: str | None) -> int:
    """Empty one phone's inbox, or all inboxes."""
    ask("DELETE", f"/sim/inbox/{quote(phone)}" if phone else "/sim/inbox")
    print(f"the inbox of {phone} is empty" if phone else "all inboxes are empty")
    return 0


def numbers() -> int:
    for number in ask("GET", "/sim/numbers")["numbers"]:
        able = ",".join(number["capabilities"])
        urls = f"{number['sms_url'] or 'no SMS webhook'}  {number['voice_url'] or 'no voice webhook'}"
        print(f"{number['phone_number']:<15} {number['sid']}  {able:<14}  {urls}")
    return 0


def _reason(webhook: dict[str, Any]) -> str:
    status = f"HTTP {webhook['status']}" if webhook["status"] else "no answer"
    return f"{status}, error {webhook['error_code']}, {webhook['attempts']} attempt(s), {webhook['url']}"


def ask(method: str, path: str, fields: dict[str, Any] | None = None) -> dict[str, Any]:
    base = os.environ.get("SIMULATOR_URL", DEFAULT_URL).rstrip("/")
    try:
        with requests.Session() as session:
            session.trust_env = False
            answer = session.request(method, base + path, json=fields, timeout=TIMEOUT)
            body: dict[str, Any] = answer.json() if answer.content else {}
    except requests.RequestException as error:
        hint = "start it with: python -m simulator serve (or set SIMULATOR_URL)"
        raise Unreachable(f"no simulator at {base} ({type(error).__name__}); {hint}") from None
    if answer.status_code >= 400:
        raise Unreachable(str(body.get("message", answer.status_code)))
    return body
