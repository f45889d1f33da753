"""The carrier behind one small class: Twilio's official SDK, for Twilio or for the address in TWILIO_API_URL."""

from __future__ import annotations

import logging
from base64 import b64encode
from datetime import UTC, datetime
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from twilio.base import values

from carrier.errors import request
from carrier.model import (
    FINAL_CALL_STATUSES,
    CallOrder,
    CarrierCall,
    CarrierMessage,
    CarrierNumber,
    MessageOrder,
    call_of,
    message_of,
    number_of,
)
from common.config import REGION_NAMES
from common.errors import CarrierError
from common.model import Account

if TYPE_CHECKING:
    from twilio.rest import Client

TIMEOUT_SECONDS = 10.0
#: For a question in the middle of a webhook: the carrier waits four seconds for our answer.
QUICK_SECONDS = 2.0
#: Error codes for a call that has ended.
CALL_OVER = frozenset({20404, 21220})
#: At most so many Messaging Services are read.
MAX_MESSAGING_SERVICES = 50
#: More files than a message can have.
MAX_MEDIA = 50

#: The SDK puts TWILIO_REGION and TWILIO_EDGE into the host of every request, even if a base URL is set: 127.0.0.1
#: becomes 127.dublin.ie1.0.1. Empty texts, because the SDK treats an empty dict as none.
NO_REGION = dict.fromkeys(REGION_NAMES, "")

# At INFO the SDK logs query parameters, which contain real numbers.
log = logging.getLogger("maskline.carrier")
logging.getLogger("twilio.http_client").setLevel(logging.WARNING)


def load_sdk() -> None:
    """Loads all that requests need, which the SDK itself loads at the first: before a fork, so that it is shared."""
    from twilio.rest import Client

    sdk = Client("AC" + "0" * 32, "none", environment=NO_REGION)
    for resource in ("messages", "messaging.v1.services"):
        attrgetter(resource)(sdk)


class Carrier:
    """Requests for one carrier account. Every method may raise CarrierError, and none retries."""

    def __init__(self, account: Account, api_url: str | None) -> None:
        self._account = account
        self._url = api_url
        self._client = self._make(account.carrier_sid, account.carrier_token)
        self._quick_client = self._make(account.carrier_sid, account.carrier_token, QUICK_SECONDS)

    def _make(self, user: str, password: str, timeout: float = TIMEOUT_SECONDS) -> Client:
        # Imported here: with requests and urllib3 the SDK is as large as Flask, and to relay needs no request.
        from twilio.http.http_client import TwilioHttpClient
        from twilio.rest import Client

        http = TwilioHttpClient(timeout=timeout, max_retries=0)
        client = Client(user, password, self._account.carrier_sid, http_client=http, environment=NO_REGION)
        if self._url:
            client.api.base_url = self._url
            client.messaging.base_url = self._url
            client.iam.base_url = self._url
        return client

    def number(self, sid: str) -> CarrierNumber:
        return number_of(request(lambda: self._client.incoming_phone_numbers(sid).fetch()))

    def find_number(self, phone_number: str) -> CarrierNumber | None:
        resource = request(lambda: self._client.incoming_phone_numbers.list(phone_number=phone_number, limit=1))
        return number_of(resource[0]) if resource else None

    def configure(self, sid: str, routing: dict[str, str]) -> CarrierNumber:
        """Set the routing fields; an empty text clears one. Returns the number as the carrier has it now."""
        request(lambda: self._client.incoming_phone_numbers(sid).update(**routing))
        return self.number(sid)

    def hang_up(self, call_sid: str) -> None:
        """End a call. It is no error if the call has already ended, so this may be repeated."""
        try:
            request(lambda: self._client.calls(call_sid).update(status="completed"))
        except CarrierError as error:
            if error.code not in CALL_OVER and error.status != 404:
                raise

    def captured_by_messaging_service(self, sid: str) -> bool:
        """Whether a Messaging Service receives the number's inbound messages instead of the number's own webhook."""
        try:
            services = request(lambda: self._client.messaging.v1.services.list(limit=MAX_MESSAGING_SERVICES))
        except CarrierError as error:
            log.warning(
                "cannot check whether a Messaging Service takes inbound messages of %s: status %d", sid, error.status
            )
            return False
        return any(self._captures(service, sid) for service in services if not service.use_inbound_webhook_on_number)

    def _captures(self, service: Any, sid: str) -> bool:
        try:
            request(lambda: service.phone_numbers(sid).fetch())
        except CarrierError:
            return False
        return True

    def send_message(self, order: MessageOrder) -> tuple[str, str]:
        """The message's SID and first status. For an error, outbox/send.py says what may have happened."""
        message = request(
            lambda: self._client.messages.create(
                to=order.to, from_=order.caller_id, body=order.body, media_url=order.media or values.unset,
                status_callback=order.status_url or values.unset,
                content_retention="discard" if order.discard else values.unset,
                address_retention="obfuscate" if order.obfuscate else values.unset,
            )
        )  # fmt: skip
        return str(message.sid), str(message.status)

    def redact(self, sid: str) -> None:
        """Empty a message's text; may be repeated. Raises CarrierError, also if the text is still there."""
        if request(lambda: self._client.messages(sid).update(body="")).body:
            raise CarrierError("the carrier did not empty the text", status=200, retryable=True)

    def place_call(self, order: CallOrder) -> str:
        """The call's SID. After an error without a status, or with 5xx, it is in doubt whether the phone rings."""
        call = request(
            lambda: self._client.calls.create(
                to=order.to, from_=order.caller_id, url=order.answered_url, method="POST", timeout=order.ring,
                time_limit=order.limit, status_callback=order.status_url, status_callback_method="POST",
                status_callback_event=["initiated", "ringing", "answered", "completed"],
            )
        )  # fmt: skip
        return str(call.sid)

    def message(self, sid: str) -> CarrierMessage:
        return message_of(request(lambda: self._client.messages(sid).fetch()))

    def messages_to(self, to: str, sender: str, limit: int) -> list[CarrierMessage]:
        """Newest first. Without dates: they filter by the date sent, which a queued message does not have."""
        resource = request(lambda: self._client.messages.list(to=to, from_=sender, limit=limit))
        return [message_of(item) for item in resource]

    def messages_between(
        self, from_ms: int, to_ms: int, limit: int, to: str | None = None, sender: str | None = None
    ) -> list[CarrierMessage]:
        """Messages sent in this time, of the whole account or of one pair, newest first."""
        since, until = (datetime.fromtimestamp(ms / 1000, UTC) for ms in (from_ms, to_ms))
        resource = request(
            lambda: self._client.messages.list(
                to=to or values.unset, from_=sender or values.unset, date_sent_after=since, date_sent_before=until,
                limit=limit, page_size=1000,
            )
        )  # fmt: skip
        return [message_of(item) for item in resource]

    def media_of(self, message_sid: str) -> list[tuple[str, str]]:
        """SID and claimed type of each file of a message."""
        resource = request(lambda: self._client.messages(message_sid).media.list(limit=MAX_MEDIA))
        return [(str(item.sid), str(item.content_type)) for item in resource]

    def delete_media(self, message_sid: str, media_sid: str) -> None:
        request(lambda: self._client.messages(message_sid).media(media_sid).delete())

    def media_request(self, message_sid: str, media_sid: str) -> tuple[str, dict[str, str], str]:
        """A file's URL, the headers for this URL only, and the SID of the account."""
        base = self._url or self._client.get_hostname("https://api.twilio.com")
        pair = b64encode(f"{self._account.carrier_sid}:{self._account.carrier_token}".encode()).decode()
        path = f"/2010-04-01/Accounts/{self._account.carrier_sid}/Messages/{message_sid}/Media/{media_sid}"
        return base + path, {"Authorization": f"Basic {pair}"}, self._account.sid

    def call(self, sid: str) -> CarrierCall:
        return call_of(request(lambda: self._client.calls(sid).fetch()))

    def calls_to(self, to: str, sender: str, limit: int) -> list[CarrierCall]:
        """Newest first."""
        return [call_of(item) for item in request(lambda: self._client.calls.list(to=to, from_=sender, limit=limit))]

    def calls_within(self, parent_sid: str, limit: int) -> list[CarrierCall]:
        """The calls that a call dialled, newest first."""
        resource = request(lambda: self._client.calls.list(parent_call_sid=parent_sid, limit=limit))
        return [call_of(item) for item in resource]

    def message_received_ms(self, sid: str) -> int:
        """When an inbound message arrived. Waits QUICK_SECONDS at most for the carrier."""
        return message_of(request(lambda: self._quick_client.messages(sid).fetch())).at_ms

    def is_call_going_on(self, sid: str) -> bool:
        """Waits QUICK_SECONDS at most for the carrier."""
        return request(lambda: self._quick_client.calls(sid).fetch()).status not in FINAL_CALL_STATUSES

    def knows_key(self, sid: str, secret: str) -> bool:
        """Whether SK + secret is a valid key of this account. Reads numbers: standard keys may not read /Keys."""
        client = self._make(sid, secret)
        try:
            request(lambda: client.incoming_phone_numbers.page(page_size=1))
        except CarrierError as error:
            if error.retryable:
                raise
            return False
        return True

    def is_unrestricted_key(self, sid: str) -> bool:
        """Whether the carrier says that this key of the account is a main or a standard key: it has no policy.

        Asked with the account's own token, which may read keys. False if the carrier does not say it.
        """
        try:
            key = request(lambda: self._client.iam.v1.api_key(sid).fetch())
        except CarrierError as error:
            if error.retryable:
                raise
            return False
        return key.sid == sid and key.policy is None
