"""MessageInteractions: messages that the app sends to a Participant, from the Participant's proxy number."""

from __future__ import annotations

from typing import Any

from common import activity, listing
from common.errors import NotFound
from common.model import Page, Service
from common.runtime import Runtime
from common.script_errors import checked
from common.sids import new
from common.steps import finish
from policy import quotas
from sessions.interactions import get_interaction
from sessions.model import Interaction
from sessions.names import stored_reference
from sessions.participants import get_participant
from sessions.sealed_text import sealed_text
from sessions.sessions import codec


def send_message(
    rt: Runtime, service: Service, session_ref: str, participant_sid: str, body: str, media_url: str | None = None
) -> Interaction:
    """Writes the message to the outbox; a job sends it. `media_url`: a file of the app's, which the carrier fetches.

    Raises NotFound, Refused 20403, 63038, 80607, 80910.
    """
    interaction, media = new("KI"), {"media_url": media_url} if media_url else {}
    args = {
        "session": stored_reference(rt, service, session_ref), "participant": participant_sid,
        "interaction": interaction, "media": bool(media),
        **sealed_text(rt, service.sid, interaction, {"body": body, **media}),
        **quotas.ceiling_argument(rt),
    }  # fmt: skip
    since = activity.began()
    answer = finish(rt.store, quotas.call_within_quota(rt, service, "open_message", args))
    activity.report("message", "queued for the app", since=since, service=service.sid, interaction=interaction)
    return codec(rt, service).interaction(answer["interaction"])


def get_message(rt: Runtime, service: Service, session_ref: str, participant_sid: str, sid: str) -> Interaction:
    """Raises NotFound, also for an Interaction that is not a message of the app to this Participant."""
    interaction = get_interaction(rt, service, session_ref, sid)
    if interaction.inbound_participant_sid or interaction.outbound_participant_sid != participant_sid:
        raise NotFound("The MessageInteraction")
    return interaction


def list_messages(
    rt: Runtime, service: Service, session_ref: str, participant_sid: str, cursor: str | None, limit: int
) -> Page[Interaction]:
    """Raises NotFound if the Session or the Participant does not exist."""
    get_participant(rt, service, session_ref, participant_sid)
    args: dict[str, Any] = {"participant": participant_sid, **listing.arguments(cursor, limit)}
    answer = checked(rt.store.service("list_messages", service.sid, args))
    return listing.page(answer, codec(rt, service).interaction)
