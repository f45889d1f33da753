"""Parses multipart/form-data, which old releases of twilio-node 3 send."""

from __future__ import annotations

from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.sansio.multipart import Data, Epilogue, Event, Field, File, MultipartDecoder

from common.errors import Invalid


def pairs(body: bytes, boundary: str, limit: int) -> list[tuple[str, str]]:
    """Names and values. Raises UnicodeDecodeError, or ValueError for more than `limit` fields or a malformed body."""
    decoder = MultipartDecoder(boundary.encode(), max_parts=limit)
    decoder.receive_data(body)
    decoder.receive_data(None)
    fields: list[tuple[str, bytearray]] = []
    while not isinstance(event := _next(decoder), Epilogue):
        if isinstance(event, File):
            raise Invalid("The form", "must have no files")
        if isinstance(event, Field):
            # Despite its type, the name is None for a part without one.
            fields.append((event.name or "", bytearray()))
        elif isinstance(event, Data):
            fields[-1][1].extend(event.data)
    return [(name, value.decode()) for name, value in fields]


def _next(decoder: MultipartDecoder) -> Event:
    try:
        return decoder.next_event()
    except (RequestEntityTooLarge, AttributeError) as error:
        raise ValueError("malformed, or too many fields") from error
