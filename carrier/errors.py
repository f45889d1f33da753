"""What the carrier's refusals and failures mean for us; its words stay behind, since they quote numbers."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import requests
from twilio.base.exceptions import TwilioException, TwilioRestException
from urllib3.exceptions import NewConnectionError

from common.errors import CarrierError

T = TypeVar("T")


def ask(act: Callable[[], T]) -> T:
    """What `act` returns. Raises CarrierError, with code and status alone."""
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
        status = _status_of_page(error)
        raise CarrierError("the carrier refused", status=status, retryable=status == 429 or status >= 500) from None
    except requests.RequestException as error:
        raise CarrierError("the carrier does not answer", retryable=True, unsent=_never_left(error)) from None
    except ValueError:
        raise CarrierError("the carrier's answer cannot be read", retryable=True) from None


def _status_of_page(error: TwilioException) -> int:
    """A list's error carries the whole answer behind its text."""
    return int(getattr(error.args[-1] if error.args else None, "status_code", 0))


def _never_left(error: requests.RequestException) -> bool:
    """No connection came about. Of all others nobody knows how much the carrier has read."""
    reason = getattr(error.args[0], "reason", None) if error.args else None
    return isinstance(error, requests.ConnectTimeout) or isinstance(reason, NewConnectionError)
