"""What a sealed value may be, by the key of the store that it is in: the associated data that it was sealed with.

Only values that stay: those of outcomes, answers, files and events are gone within two days.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from callbacks import webhook_secrets
from common.identifiers import identifier_associated_data
from policy import blocks, content_lists, opt_outs
from pool import number_webhooks
from services import account_document, names, urls
from sessions.codec import (
    interaction_associated_data,
    name_associated_data,
    spelling_associated_data,
    unique_name_associated_data,
)

_OWNER = re.compile(rb"\{([A-Z]{2}[0-9a-f]{32})\}:")
_SIDS = re.compile(rb"(?:KC|KP|KI|PN)[0-9a-f]{32}")
_PACKED = re.compile(rb":(?:session:([0-9a-f]{2})|former:KC[0-9a-f]{32})$")
#: In MessagePack, this byte and 16 others. Any of them may be a SID of a Participant (storage/lua/modules/sids.lua).
_PACKED_SID = re.compile(rb"(?=\xb0(.{16}))", re.DOTALL)


def possible_data(key: bytes, field: bytes, text: bytes) -> Iterator[str]:
    """`field`: of a hash, else empty. `text`: what is stored there."""
    owner = _OWNER.match(key)
    if owner is None:
        return
    sids = {sid.decode() for sid in _SIDS.findall(key + b" " + text)} | set(_packed_sids(key, field, text))
    if owner[1].startswith(b"AC"):
        yield from _of_account(owner[1].decode(), sids)
    else:
        yield from _of_service(owner[1].decode(), field.decode(errors="replace"), sids)


def _packed_sids(key: bytes, field: bytes, text: bytes) -> Iterator[str]:
    """Of a Session and its Participants."""
    found = _PACKED.search(key)
    if found is None:
        return
    if found[1]:
        yield f"KC{(found[1] + field).decode()}"
    yield from (f"KP{sid.hex()}" for sid in _PACKED_SID.findall(text))


def _of_account(account_sid: str, sids: set[str]) -> Iterator[str]:
    yield account_document.associated_data(account_sid)
    yield from map(number_webhooks.associated_data, sids)


def _of_service(service_sid: str, field: str, sids: set[str]) -> Iterator[str]:
    for sid in sids:
        if sid.startswith("KP"):
            yield identifier_associated_data(service_sid, sid)
            yield spelling_associated_data(service_sid, sid)
            yield name_associated_data(service_sid, sid)
        elif sid.startswith("KC"):
            yield unique_name_associated_data(service_sid, sid)
        else:
            yield interaction_associated_data(service_sid, sid)
    yield webhook_secrets.associated_data(service_sid)
    yield names.associated_data(service_sid)
    for name in urls.URL_FIELDS:
        yield urls.associated_data(service_sid, name)
    if field:
        yield opt_outs.associated_data(service_sid, field.partition("|")[0])
        yield blocks.associated_data(service_sid, field.partition("|")[2])
        yield content_lists.associated_data(service_sid, field)
