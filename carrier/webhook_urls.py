"""Our URLs for one Interaction, which the carrier calls: they cannot be guessed, and contain no number."""

from __future__ import annotations

from enum import StrEnum

from common.runtime import Runtime


class Purpose(StrEnum):
    """STATUS: status of the outbound leg. ENDED: a bridged call has ended. WHISPER: what the callee hears first.

    CONNECT: the first leg of a placed call was answered. PLACED: status of that leg.
    """

    STATUS = "status"
    ENDED = "ended"
    WHISPER = "whisper"
    CONNECT = "connect"
    PLACED = "placed"


def url(rt: Runtime, purpose: Purpose, service_sid: str, interaction_sid: str) -> str:
    token = rt.index.proof(purpose, service_sid, interaction_sid)
    return f"{rt.settings.public_url}/webhooks/{service_sid}/{purpose}/{interaction_sid}/{token}"
