"""The errors of operations.

RelayError
 +- Refused        the request is valid but refused: a Twilio error code, and a sentence that says what to do
 |   +- NotFound   20404
 |   +- Invalid    20001, names the field
 +- CarrierError   the carrier did not do what was asked; `retryable` says whether a second try may help
 +- RequestFailed  a customer's app did not answer (callbacks/http/response.py)
 +- Unavailable    the store or the carrier cannot be reached; nothing is known to have changed
"""


class RelayError(Exception):
    """The base class; never raised itself."""


class Refused(RelayError):
    """`code` is a Twilio error code (the table in proxy/api/errors.py maps it to an HTTP status).

    `retry_after`: seconds after which the same request may succeed; 0 if waiting does not help.
    """

    def __init__(self, code: int, message: str, retry_after: int = 0) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.retry_after = retry_after


class NotFound(Refused):
    """The resource does not exist, or belongs to another account: the answers are the same."""

    def __init__(self, what: str = "The requested resource") -> None:
        super().__init__(20404, f"{what} was not found")


class Invalid(Refused):
    """A field is not accepted. The message never contains the value: it may be a real number."""

    def __init__(self, field: str, why: str, code: int = 20001) -> None:
        super().__init__(code, f"{field}: {why}")
        self.field = field


class CarrierError(RelayError):
    """`code`: the carrier's error code, 0 if it gave none; `status`: its HTTP status, 0 if there was no answer.

    `unsent`: the request was never sent, so it had no effect.
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
        """Whether the carrier may have done it although there was an error.

        From Twilio, on errors of its API: a 429 was not processed; after no answer or a 5xx it may have been.
        """
        return not self.unsent and (self.status == 0 or self.status >= 500)


class Unavailable(RelayError):
    """The API answers 503 with Retry-After."""
