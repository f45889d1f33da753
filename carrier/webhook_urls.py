"""Our own addresses for one Interaction, given to the carrier: unguessable, and nobody's number in them."""

from __future__ import annotations

from enum import StrEnum

from common.runtime import Runtime


class Purpose(StrEnum):
    """STATUS: what becomes of the outbound leg. ENDED: a bridged call is over. WHISPER: what the callee hears first.

    CONNECT: the first leg of a placed call was answered. PLACED: what becomes of that leg.
    """

    STATUS = "status"
    ENDED = "ended"
    WHISPER = "whisper"
    CONNECT = "connect"
    PLACED = "placed"


def url(rt: Runtime, purpose: Purpose, service_sid: str, interaction_sid: str) -> str:
    token = rt.index.proof(purpose, service_sid, interaction_sid)
    return f"{rt.settings.public_url}/webhooks/{service_sid}/{purpose}/{interaction_sid}/{token}"
