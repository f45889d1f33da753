"""The carrier's error codes: one table of code -> (HTTP status, message)."""

from __future__ import annotations

from typing import Any

MORE_INFO = "https://www.twilio.com/docs/errors/{}"

TABLE: dict[int, tuple[int, str]] = {
    20001: (400, "{}"),
    20003: (401, "Authenticate"),
    20004: (405, "The method is not allowed for this resource"),
    # For a message that is still in progress. Twilio documents no HTTP status; programs report 409.
    20009: (409, "Cannot change this resource before it is complete"),
    20404: (404, "The requested resource {} was not found"),
    20429: (429, "Too Many Requests"),
    20500: (500, "An internal server error has occurred"),
    20503: (503, "Service unavailable"),
    21201: (400, "No 'To' number is specified"),
    21205: (400, "{} is not a valid URL"),
    21210: (400, "The source phone number provided, {}, is not yet verified for your account"),
    21211: (400, "The 'To' number {} is not a valid phone number."),
    21212: (400, "The 'From' number {} is not a valid phone number, shortcode, or alphanumeric sender ID."),
    21213: (400, "No 'From' number is specified"),
    21220: (400, "Invalid call state. Call is not in-progress. {}"),
    21266: (400, "'To' and 'From' number cannot be the same: {}"),
    21402: (400, "{} is not a valid URL"),
    21403: (400, "{} must be GET or POST"),
    21408: (403, "Permission to send an SMS has not been enabled for the region indicated by the 'To' number: {}"),
    21421: (400, "{} is not a valid number"),
    21422: (400, "{} is not available"),
    21452: (400, "No phone numbers found in area code {}"),
    21602: (400, "Message body is required."),
    21603: (400, "A 'From' phone number is required."),
    21604: (400, "A 'To' phone number is required."),
    21606: (400, "The 'From' phone number provided ({}) is not a valid message-capable phone number of this account"),
    21609: (400, "Invalid 'StatusCallback' URL: {}"),
    21610: (400, "Attempt to send to unsubscribed recipient"),
    21611: (429, "This 'From' number has exceeded the maximum number of queued messages"),
    21614: (400, "'To' number is not a valid mobile number: {}"),
    21617: (400, "The concatenated message body exceeds the 1600 character limit"),
    21623: (400, "Number of media files exceeds allowed limit"),
    21701: (404, "The Messaging Service {} does not exist"),
    30029: (400, "Invalid ContentRetention"),
    30030: (400, "Invalid AddressRetention"),
    30400: (400, "Parameters are not valid"),
    70001: (400, "The request has constraint violations"),
    70002: (400, "{}"),
    70051: (401, "Authorization Error: required permission {} is missing"),
}
# Errors that REST does not refuse with: the status callback reports them later.
LATE: dict[int, str] = {30001: "failed", 30002: "failed"}


class CarrierError(Exception):
    def __init__(self, code: int, status: int, message: str) -> None:
        super().__init__(message)
        self.code, self.status, self.message = code, status, message

    def body(self) -> dict[str, Any]:
        more = MORE_INFO.format(self.code)
        return {"code": self.code, "message": self.message, "more_info": more, "status": self.status}


def refusal(code: int, about: str = "") -> CarrierError:
    """A code that is not in the table is a 400, so a fault may use any code."""
    status, text = TABLE.get(code, (400, "The request was refused"))
    return CarrierError(code, status, text.format(about))


def is_late(code: int) -> bool:
    return 30000 <= code < 31000


def late_status(code: int) -> str:
    """`failed` for a code that REST could have refused with: nothing was sent."""
    return LATE.get(code, "undelivered" if is_late(code) else "failed")
