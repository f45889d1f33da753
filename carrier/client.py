"""The carrier behind one narrow class: Twilio's official SDK, at Twilio or at whatever TWILIO_API_URL names."""

from __future__ import annotations

import logging
from base64 import b64encode
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from twilio.base import values
from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client

from carrier.errors import ask
from common.config import REGION_NAMES
from common.errors import CarrierError
from common.model import Account

#: What decides where a number's traffic goes; all of it is remembered and put back.
ROUTING_FIELDS = (
    "sms_url", "sms_method", "sms_fallback_url", "sms_fallback_method", "sms_application_sid",
    "voice_url", "voice_method", "voice_fallback_url", "voice_fallback_method", "voice_application_sid",
    "status_callback", "status_callback_method", "trunk_sid", "voice_receive_mode",
)  # fmt: skip
TIMEOUT_SECONDS = 10.0
#: The carrier's words for a call that is over.
CALL_OVER = frozenset({20404, 21220})
#: One more than what a program would read of a list in which it looks for one number.
MOST_MESSAGING_SERVICES = 50
#: More than a message can have.
MOST_MEDIA = 50

#: The SDK puts TWILIO_REGION and TWILIO_EDGE into the host of every request, even if the base URL was set: 127.0.0.1
#: becomes 127.dublin.ie1.0.1. Empty texts, as it takes an empty table for none given.
NO_REGION = dict.fromkeys(REGION_NAMES, "")

# The SDK logs query parameters, real numbers among them, at INFO.
log = logging.getLogger("maskline.carrier")
logging.getLogger("twilio.http_client").setLevel(logging.WARNING)


@dataclass(frozen=True, slots=True)
class CarrierNumber:
    sid: str
    phone_number: str
    friendly_name: str
    capabilities: dict[str, bool]
    routing: dict[str, str]


@dataclass(frozen=True, slots=True, repr=False)
class MessageOrder:
    """`media`: URLs at which the carrier finds the files. `status_url` None: it tells nobody what becomes of it.

    `discard`: it is to keep no text. `obfuscate`: nor the whole number.
    """

    to: str
    caller_id: str
    body: str
    status_url: str | None
    media: list[str]
    discard: bool = False
    obfuscate: bool = False


@dataclass(frozen=True, slots=True, repr=False)
class CallOrder:
    """Times in seconds. `answered_url` is asked for TwiML when somebody picks up."""

    to: str
    caller_id: str
    answered_url: str
    status_url: str
    ring: int
    limit: int


@dataclass(frozen=True, slots=True, repr=False)
class CarrierMessage:
    """`at_ms`: its creation, or the arrival of an inbound one, to the second. `media` counts its files."""

    sid: str
    status: str
    direction: str
    sender: str
    to: str
    body: str
    code: int | None
    at_ms: int
    media: int


@dataclass(frozen=True, slots=True, repr=False)
class CarrierCall:
    """`duration` in seconds, of a call that is over."""

    sid: str
    status: str
    direction: str
    sender: str
    to: str
    duration: int | None
    at_ms: int


class Carrier:
    """Acts in the name of one carrier account. Every method may raise CarrierError, and none repeats by itself."""

    def __init__(self, account: Account, api_url: str | None) -> None:
        self._account = account
        self._url = api_url
        self._client = self._make(account.carrier_sid, account.carrier_token)

    def _make(self, user: str, password: str) -> Client:
        http = TwilioHttpClient(timeout=TIMEOUT_SECONDS, max_retries=0)
        client = Client(user, password, self._account.carrier_sid, http_client=http, environment=NO_REGION)
        if self._url:
            client.api.base_url = self._url
            client.messaging.base_url = self._url
        return client

    def number(self, sid: str) -> CarrierNumber:
        return _number(ask(lambda: self._client.incoming_phone_numbers(sid).fetch()))

    def find_number(self, phone_number: str) -> CarrierNumber | None:
        found = ask(lambda: self._client.incoming_phone_numbers.list(phone_number=phone_number, limit=1))
        return _number(found[0]) if found else None

    def configure(self, sid: str, routing: dict[str, str]) -> CarrierNumber:
        """Sets the routing fields; an empty text clears one. Returns what the carrier says stands now."""
        ask(lambda: self._client.incoming_phone_numbers(sid).update(**routing))
        return self.number(sid)

    def hang_up(self, call_sid: str) -> None:
        """Ends a call, or finds that it has ended; may be repeated."""
        try:
            ask(lambda: self._client.calls(call_sid).update(status="completed"))
        except CarrierError as error:
            if error.code not in CALL_OVER and error.status != 404:
                raise

    def captured_by_messaging_service(self, sid: str) -> bool:
        """Whether a Messaging Service takes the number's inbound away from its own webhook."""
        try:
            services = ask(lambda: self._client.messaging.v1.services.list(limit=MOST_MESSAGING_SERVICES))
        except CarrierError as error:
            log.warning("whether a Messaging Service takes inbound of %s is unknown: status %d", sid, error.status)
            return False
        return any(self._captures(service, sid) for service in services if not service.use_inbound_webhook_on_number)

    def _captures(self, service: Any, sid: str) -> bool:
        try:
            ask(lambda: service.phone_numbers(sid).fetch())
        except CarrierError:
            return False
        return True

    def send_message(self, order: MessageOrder) -> tuple[str, str]:
        """The message's SID and first status. What an error leaves open, outbox/send.py says."""
        made = ask(
            lambda: self._client.messages.create(
                to=order.to, from_=order.caller_id, body=order.body, media_url=order.media or values.unset,
                status_callback=order.status_url or values.unset,
                content_retention="discard" if order.discard else values.unset,
                address_retention="obfuscate" if order.obfuscate else values.unset,
            )
        )  # fmt: skip
        return str(made.sid), str(made.status)

    def redact(self, sid: str) -> None:
        """Empties a message's text there; may be repeated. Raises CarrierError, also if it says yes and keeps it."""
        if ask(lambda: self._client.messages(sid).update(body="")).body:
            raise CarrierError("the carrier did not empty the text", status=200, retryable=True)

    def place_call(self, order: CallOrder) -> str:
        """The call's SID. An error without a status, or with 5xx, leaves in doubt whether the phone rings."""
        call = ask(
            lambda: self._client.calls.create(
                to=order.to, from_=order.caller_id, url=order.answered_url, method="POST", timeout=order.ring,
                time_limit=order.limit, status_callback=order.status_url, status_callback_method="POST",
                status_callback_event=["initiated", "ringing", "answered", "completed"],
            )
        )  # fmt: skip
        return str(call.sid)

    def message(self, sid: str) -> CarrierMessage:
        return _message(ask(lambda: self._client.messages(sid).fetch()))

    def messages_to(self, to: str, sender: str, most: int) -> list[CarrierMessage]:
        """Newest first. Dates filter by when a message was sent, and one that waits has not been: so no dates here."""
        found = ask(lambda: self._client.messages.list(to=to, from_=sender, limit=most))
        return [_message(one) for one in found]

    def messages_between(
        self, from_ms: int, to_ms: int, most: int, to: str | None = None, sender: str | None = None
    ) -> list[CarrierMessage]:
        """Sent then, of the whole account or of one pair, newest first."""
        since, until = (datetime.fromtimestamp(ms / 1000, UTC) for ms in (from_ms, to_ms))
        found = ask(
            lambda: self._client.messages.list(
                to=to or values.unset, from_=sender or values.unset, date_sent_after=since, date_sent_before=until,
                limit=most, page_size=1000,
            )
        )  # fmt: skip
        return [_message(one) for one in found]

    def media_of(self, message_sid: str) -> list[tuple[str, str]]:
        """SID and claimed type of each file of a message."""
        found = ask(lambda: self._client.messages(message_sid).media.list(limit=MOST_MEDIA))
        return [(str(one.sid), str(one.content_type)) for one in found]

    def delete_media(self, message_sid: str, media_sid: str) -> None:
        ask(lambda: self._client.messages(message_sid).media(media_sid).delete())

    def media_request(self, message_sid: str, media_sid: str) -> tuple[str, dict[str, str], str]:
        """Where a file's bytes are, the headers that this address alone may see, and whose they are."""
        base = self._url or self._client.get_hostname("https://api.twilio.com")
        pair = b64encode(f"{self._account.carrier_sid}:{self._account.carrier_token}".encode()).decode()
        path = f"/2010-04-01/Accounts/{self._account.carrier_sid}/Messages/{message_sid}/Media/{media_sid}"
        return base + path, {"Authorization": f"Basic {pair}"}, self._account.sid

    def call(self, sid: str) -> CarrierCall:
        return _call(ask(lambda: self._client.calls(sid).fetch()))

    def calls_to(self, to: str, sender: str, most: int) -> list[CarrierCall]:
        """Newest first."""
        return [_call(one) for one in ask(lambda: self._client.calls.list(to=to, from_=sender, limit=most))]

    def calls_within(self, parent_sid: str, most: int) -> list[CarrierCall]:
        """What a call dialled, newest first."""
        found = ask(lambda: self._client.calls.list(parent_call_sid=parent_sid, limit=most))
        return [_call(one) for one in found]

    def knows_key(self, sid: str, secret: str) -> bool:
        """Whether SK + secret is a live key of this account; it reads numbers, as a standard key may not read /Keys."""
        client = self._make(sid, secret)
        try:
            ask(lambda: client.incoming_phone_numbers.page(page_size=1))
        except CarrierError as error:
            if error.retryable:
                raise
            return False
        return True


def _number(found: Any) -> CarrierNumber:
    routing = {name: str(getattr(found, name, None) or "") for name in ROUTING_FIELDS}
    return CarrierNumber(
        found.sid,
        found.phone_number,
        found.friendly_name or "",
        {name: bool(value) for name, value in dict(found.capabilities or {}).items()},
        routing,
    )


def _message(found: Any) -> CarrierMessage:
    return CarrierMessage(
        found.sid,
        str(found.status),
        str(found.direction),
        str(found.from_ or ""),
        str(found.to or ""),
        str(found.body or ""),
        int(found.error_code or 0) or None,
        _ms(found.date_sent if found.direction == "inbound" else found.date_created),
        int(found.num_media or 0),
    )


def _call(found: Any) -> CarrierCall:
    duration = None if found.duration is None else int(found.duration)
    return CarrierCall(
        found.sid, str(found.status), str(found.direction), str(found._from or ""), str(found.to or ""), duration,
        _ms(found.date_created),
    )  # fmt: skip


def _ms(at: datetime | None) -> int:
    return int(at.timestamp() * 1000) if at else 0
