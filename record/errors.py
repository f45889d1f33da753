"""Errors of the record. No message contains a URL or a detail: either may contain a secret.

RecordError
 +- DatabaseUnusable   the URL or the schema does not work; the message ends with what to do
 +- Unreadable         an entry of the stream that is not an event
 +- Broken             the record and the events before it do not match; nothing was written
     +- Fork           an event number is recorded with another random part: two stores continued from one point
     +- Gap            the stream continues after an event that the record does not have
"""


class RecordError(Exception):
    """The base class; never raised itself."""


class DatabaseUnusable(RecordError):
    """The start is refused, or the drain waits until the database works again."""


class Unreadable(RecordError):
    """The message has the entry's id in the stream, not its content."""


class Broken(RecordError):
    def __init__(self, service_sid: str, n: int, reason: str) -> None:
        super().__init__(f"{service_sid} event {n}: {reason}")
        self.service_sid = service_sid
        self.n = n


class Fork(Broken):
    """Restore one of the two histories. Until then this Service's drain is stopped."""


class Gap(Broken):
    """The record was restored from an older backup, or DATABASE_URL names another database."""
