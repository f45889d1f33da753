"""After a message is over: deletes our files, and the carrier's copies if the Service wants that."""

from __future__ import annotations

import logging
from typing import Any

from carrier.client import Carrier
from common.claim_worker import Result
from common.errors import CarrierError, NotFound
from common.runtime import Runtime
from media import file_store
from media.rules import rules as file_rules
from outbox.attachments.prepare import AttachmentsClaim
from services.accounts import carrier_of

log = logging.getLogger("maskline.files")


def clear(rt: Runtime, claim: AttachmentsClaim) -> Result:
    """A deletion that the carrier refuses is tried again for about a week."""
    attachment = claim.attachment
    file_store.drop(rt, [file["id"] for file in attachment.get("files") or () if "id" in file])
    try:
        if attachment.get("delete"):
            _delete_copies(carrier_of(rt, claim.account_sid), attachment)
    except (CarrierError, NotFound) as error:
        if attachment["tries"] < rt.part(file_rules).max_clear_tries:
            delay = rt.part(file_rules).clear_delay(attachment["tries"])
            return Result("again", {"delay_ms": int(delay * 1000)})
        log.error("files of %s stay at the carrier: %s", claim.sid, type(error).__name__)
    return Result("cleared")


def _delete_copies(carrier: Carrier, attachment: dict[str, Any]) -> None:
    for message_sid in filter(None, (attachment.get("resource"), attachment.get("outbound"))):
        _delete_media(carrier, message_sid)


def _delete_media(carrier: Carrier, message_sid: str) -> None:
    """A message that does not exist any more (404) needs no deletion."""
    try:
        for media_sid, _ in carrier.media_of(message_sid):
            carrier.delete_media(message_sid, media_sid)
    except CarrierError as error:
        if error.status != 404:
            raise
