"""Converts the carrier's errors to CarrierError, without the carrier's text, which may contain numbers."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from common import waiting
from common.errors import CarrierError

T = TypeVar("T")


def request(send: Callable[[], T]) -> T:
    """Returns the result of `send`. Raises CarrierError, with only the code and the status."""
    try:
        with waiting.for_others():
            return send()
    except Exception as error:
        found = _carrier_error(error)
        if found is None:
            raise
        raise found from None


def _carrier_error(error: Exception) -> CarrierError | None:
    """None if `error` is a mistake of our own."""
    # Imported here, as in carrier/client.py: a process without requests needs none of it.
    import requests
    from twilio.base.exceptions import TwilioException, TwilioRestException

    match error:
        case TwilioRestException():
            return CarrierError(
                f"the carrier refused with code {error.code}",
                code=error.code or 0,
                status=error.status,
                retryable=_is_retryable(error.status),
            )
        case TwilioException():
            status = _status_of_page(error)
            return CarrierError("the carrier refused", status=status, retryable=_is_retryable(status))
        case requests.RequestException():
            return CarrierError("the carrier does not answer", retryable=True, unsent=_not_sent(error))
        case ValueError():
            return CarrierError("the carrier's answer cannot be read", retryable=True)
    return None


def _is_retryable(status: int) -> bool:
    return status == 429 or status >= 500


def _status_of_page(error: Exception) -> int:
    """The last argument of a list's error is the whole response."""
    return int(getattr(error.args[-1] if error.args else None, "status_code", 0))


def _not_sent(error: Exception) -> bool:
    """True if no connection was made. After any other error, the carrier may have read the request."""
    from requests import ConnectTimeout
    from urllib3.exceptions import NewConnectionError

    reason = getattr(error.args[0], "reason", None) if error.args else None
    return isinstance(error, ConnectTimeout) or isinstance(reason, NewConnectionError)
