"""An operator empties a message at the carrier, whatever its Service says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from relay.model import Service
from relay.operations.outcome import checked
from relay.operations.sessions import codec
from relay.sids import new
from sessions.model import Interaction

if TYPE_CHECKING:
    from relay.runtime import Runtime


def ask(rt: Runtime, service: Service, interaction_sid: str) -> Interaction:
    """The job does it, as soon as the message is over. Raises NotFound if it is no message of this Service."""
    args = {"interaction": interaction_sid, "random": new("")}
    return codec(rt, service).interaction(checked(rt.store.service("ask_redaction", service.sid, args))["interaction"])
