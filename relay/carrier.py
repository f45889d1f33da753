"""The carrier behind one narrow class: Twilio's official SDK, at Twilio or at whatever TWILIO_API_URL names."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import requests
from twilio.base.exceptions import TwilioException, TwilioRestException
from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client

from relay.errors import CarrierError
from relay.model import Account

T = TypeVar("T")

#: What decides where a number's traffic goes; all of it is remembered and put back.
ROUTING_FIELDS = (
    "sms_url", "sms_method", "sms_fallback_url", "sms_fallback_method", "sms_application_sid",
    "voice_url", "voice_method", "voice_fallback_url", "voice_fallback_method", "voice_application_sid",
    "status_callback", "status_callback_method", "trunk_sid", "voice_receive_mode",
)  # fmt: skip
TIMEOUT_SECONDS = 10.0
#: One more than what a program would read of a list in which it looks for one number.
MOST_MESSAGING_SERVICES = 50

# The SDK logs query parameters, real numbers among them, at INFO.
logging.getLogger("twilio.http_client").setLevel(logging.WARNING)


@dataclass(frozen=True, slots=True)
class CarrierNumber:
    sid: str
    phone_number: str
    friendly_name: str
    capabilities: dict[str, bool]
    routing: dict[str, str]


class Carrier:
    """Acts in the name of one carrier account. Every method may raise CarrierError, and none repeats by itself."""

    def __init__(self, account: Account, api_url: str | None) -> None:
        self._account = account
        self._url = api_url
        self._client = self._make(account.carrier_sid, account.carrier_token)

    def _make(self, user: str, password: str) -> Client:
        http = TwilioHttpClient(timeout=TIMEOUT_SECONDS, max_retries=0)
        client = Client(user, password, self._account.carrier_sid, http_client=http)
        if self._url:
            client.api.base_url = self._url
            client.messaging.base_url = self._url
        return client

    def number(self, sid: str) -> CarrierNumber:
        return _number(_ask(lambda: self._client.incoming_phone_numbers(sid).fetch()))

    def find_number(self, phone_number: str) -> CarrierNumber | None:
        found = _ask(lambda: self._client.incoming_phone_numbers.list(phone_number=phone_number, limit=1))
        return _number(found[0]) if found else None

    def configure(self, sid: str, routing: dict[str, str]) -> CarrierNumber:
        """Sets the routing fields; an empty text clears one. Returns what the carrier says stands now."""
        _ask(lambda: self._client.incoming_phone_numbers(sid).update(**routing))
        return self.number(sid)

    def captured_by_messaging_service(self, sid: str) -> bool:
        """Whether a Messaging Service takes the number's inbound away from its own webhook."""
        try:
            services = _ask(lambda: self._client.messaging.v1.services.list(limit=MOST_MESSAGING_SERVICES))
        except CarrierError:
            return False
        return any(self._captures(service, sid) for service in services if not service.use_inbound_webhook_on_number)

    def _captures(self, service: Any, sid: str) -> bool:
        try:
            _ask(lambda: service.phone_numbers(sid).fetch())
        except CarrierError:
            return False
        return True

    def knows_key(self, sid: str, secret: str) -> bool:
        """Whether SK + secret is a live key of this account; it reads numbers, as a standard key may not read /Keys."""
        client = self._make(sid, secret)
        try:
            _ask(lambda: client.incoming_phone_numbers.page(page_size=1))
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


def _ask(act: Callable[[], T]) -> T:
    """The SDK's errors quote numbers, so only their code and status go on."""
    try:
        return act()
    except TwilioRestException as error:
        retryable = error.status == 429 or error.status >= 500
        raise CarrierError(
            f"the carrier refused with code {error.code}",
            code=error.code or 0,
            status=error.status,
            retryable=retryable,
        ) from None
    except TwilioException as error:
        raise CarrierError(
            "the carrier refused", status=401 if "401" in str(error) else 0, retryable="HTTP 5" in str(error)
        ) from None
    except requests.RequestException:
        raise CarrierError("the carrier does not answer", retryable=True) from None
