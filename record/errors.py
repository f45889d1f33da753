"""What can be wrong with the record. No message repeats a URL or a detail: either may hold a secret.

RecordError
 +- DatabaseUnusable   the URL or the schema is not fit; the message ends with the way out
 +- Unreadable         an entry of the stream that is no event
 +- Broken             the record does not fit what lies before it; nothing was written
     +- Fork           a number that is recorded with another random part: two stores went on from one point
     +- Gap            the stream goes on further than the record ends
"""


class RecordError(Exception):
    """The root; never raised itself."""


class DatabaseUnusable(RecordError):
    """Start-up stops, or the drain waits until it is mended."""


class Unreadable(RecordError):
    """Names the entry's id in the stream, not its content."""


class Broken(RecordError):
    def __init__(self, service_sid: str, n: int, why: str) -> None:
        super().__init__(f"{service_sid} event {n}: {why}")
        self.service_sid = service_sid
        self.n = n


class Fork(Broken):
    """Restore one of the two histories; the drain of this Service stands until then."""


class Gap(Broken):
    """The record was restored from before, or another database was put in its place."""
