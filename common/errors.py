"""What an operation refuses, and why.

RelayError
 +- Refused        the request is understood and turned down: a code of the field, one sentence with the way out
 |   +- NotFound   20404
 |   +- Invalid    20001, names the field
 +- CarrierError   the carrier did not do what was asked; `retryable` says whether a second try may help
 +- RequestFailed  a customer's app gave no answer (callbacks/http/response.py)
 +- Unavailable    the store or the carrier cannot be reached; nothing is known to have changed
"""


class RelayError(Exception):
    """The root; never raised itself."""


class Refused(RelayError):
    """`code` is a Twilio error code (proxy-wide table in proxy/api/errors.py maps it to an HTTP status).

    `retry_after`: seconds after which the same request may pass; 0 when time alone does not help.
    """

    def __init__(self, code: int, message: str, retry_after: int = 0) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.retry_after = retry_after


class NotFound(Refused):
    """The resource is not there, or is another account's: the two look alike."""

    def __init__(self, what: str = "The requested resource") -> None:
        super().__init__(20404, f"{what} was not found")


class Invalid(Refused):
    """A field that cannot be accepted. The message never repeats the value: it may be a real number."""

    def __init__(self, field: str, why: str, code: int = 20001) -> None:
        super().__init__(code, f"{field}: {why}")
        self.field = field


class CarrierError(RelayError):
    """`code` is the carrier's own error code, 0 when it gave none; `status` its HTTP status, 0 when none came.

    `unsent`: the request never left here, so that nothing can have come of it.
    """

    def __init__(
        self, message: str, *, code: int = 0, status: int = 0, retryable: bool = False, unsent: bool = False
    ) -> None:
        super().__init__(message)
        self.unsent = unsent
        self.code = code
        self.status = status
        self.retryable = retryable

    @property
    def in_doubt(self) -> bool:
        """Whether it may have been done all the same.

        Facts (Twilio, on errors of its API): a 429 was never processed; what got no answer, or a 5xx, may have been.
        """
        return not self.unsent and (self.status == 0 or self.status >= 500)


class Unavailable(RelayError):
    """Answered as 503 with Retry-After."""
