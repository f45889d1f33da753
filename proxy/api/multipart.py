"""Forms as multipart/form-data, which twilio-node 3 sends in its older releases."""

from __future__ import annotations

from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.sansio.multipart import Data, Epilogue, Event, Field, File, MultipartDecoder

from common.errors import Invalid


def pairs(body: bytes, boundary: str, limit: int) -> list[tuple[str, str]]:
    """Raises UnicodeDecodeError, or ValueError when there are more than `limit` fields or the body is no such form."""
    decoder = MultipartDecoder(boundary.encode(), max_parts=limit)
    decoder.receive_data(body)
    decoder.receive_data(None)
    found: list[tuple[str, bytearray]] = []
    while not isinstance(event := _next(decoder), Epilogue):
        if isinstance(event, File):
            raise Invalid("The form", "must have no files")
        if isinstance(event, Field):
            # A part without a name has None here, whatever the type says; it is no field of ours.
            found.append((event.name or "", bytearray()))
        elif isinstance(event, Data):
            found[-1][1].extend(event.data)
    return [(name, value.decode()) for name, value in found]


def _next(decoder: MultipartDecoder) -> Event:
    try:
        return decoder.next_event()
    except (RequestEntityTooLarge, AttributeError) as error:
        raise ValueError("not a form, or too long a one") from error
