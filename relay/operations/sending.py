"""MessageInteractions: what the app itself sends to a Participant, from the number that this Participant knows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from relay import activity
from relay.errors import NotFound
from relay.model import Page, Service
from relay.operations import abuse, listing
from relay.operations.interactions import get_interaction
from relay.operations.outcome import checked
from relay.operations.participants import get_participant
from relay.operations.sealing import sealed_text
from relay.operations.sessions import codec
from relay.sids import new
from sessions.model import Interaction

if TYPE_CHECKING:
    from relay.runtime import Runtime


def send_message(
    rt: Runtime, service: Service, session_ref: str, participant_sid: str, body: str, media_url: str | None = None
) -> Interaction:
    """Taken once it is written down; a job sends it. `media_url`: the app's own file, which the carrier fetches.

    Raises NotFound, Refused 20403, 63038, 80607, 80910.
    """
    interaction, media = new("KI"), {"media_url": media_url} if media_url else {}
    args = {
        "session": session_ref, "participant": participant_sid, "interaction": interaction, "random": new(""),
        "media": bool(media), **sealed_text(rt, service.sid, interaction, {"body": body, **media}),
        **abuse.ceiling(rt),
    }  # fmt: skip
    since = activity.began()
    answer = abuse.run(rt, "open_message", service.sid, args)
    activity.report("message", "queued for the app", since=since, service=service.sid, interaction=interaction)
    return codec(rt, service).interaction(answer["interaction"])


def get_message(rt: Runtime, service: Service, session_ref: str, participant_sid: str, sid: str) -> Interaction:
    found = get_interaction(rt, service, session_ref, sid)
    if found.inbound_participant_sid or found.outbound_participant_sid != participant_sid:
        raise NotFound("The MessageInteraction")
    return found


def list_messages(
    rt: Runtime, service: Service, session_ref: str, participant_sid: str, cursor: str | None, limit: int
) -> Page[Interaction]:
    get_participant(rt, service, session_ref, participant_sid)
    args: dict[str, Any] = {"participant": participant_sid, **listing.arguments(cursor, limit)}
    answer = checked(rt.store.service("list_messages", service.sid, args))
    return listing.page(answer, codec(rt, service).interaction)
