"""Converts the carrier's errors to CarrierError, without the carrier's text, which may contain numbers."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import requests
from twilio.base.exceptions import TwilioException, TwilioRestException
from urllib3.exceptions import NewConnectionError

from common import waiting
from common.errors import CarrierError

T = TypeVar("T")


def request(send: Callable[[], T]) -> T:
    """Returns the result of `send`. Raises CarrierError, with only the code and the status."""
    try:
        with waiting.for_others():
            return send()
    except TwilioRestException as error:
        retryable = error.status == 429 or error.status >= 500
        raise CarrierError(
            f"the carrier refused with code {error.code}",
            code=error.code or 0,
            status=error.status,
            retryable=retryable,
        ) from None
    except TwilioException as error:
        status = _status_of_page(error)
        raise CarrierError("the carrier refused", status=status, retryable=status == 429 or status >= 500) from None
    except requests.RequestException as error:
        raise CarrierError("the carrier does not answer", retryable=True, unsent=_not_sent(error)) from None
    except ValueError:
        raise CarrierError("the carrier's answer cannot be read", retryable=True) from None


def _status_of_page(error: TwilioException) -> int:
    """The last argument of a list's error is the whole response."""
    return int(getattr(error.args[-1] if error.args else None, "status_code", 0))


def _not_sent(error: requests.RequestException) -> bool:
    """True if no connection was made. After any other error, the carrier may have read the request."""
    reason = getattr(error.args[0], "reason", None) if error.args else None
    return isinstance(error, requests.ConnectTimeout) or isinstance(reason, NewConnectionError)
