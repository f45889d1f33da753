"""An operator empties a message at the carrier, whatever its Service says."""

from __future__ import annotations

from common.model import Service
from common.runtime import Runtime
from common.script_errors import checked
from sessions.model import Interaction
from sessions.sessions import codec


def ask(rt: Runtime, service: Service, interaction_sid: str) -> Interaction:
    """The job does it, as soon as the message is over. Raises NotFound if it is no message of this Service."""
    args = {"interaction": interaction_sid}
    return codec(rt, service).interaction(checked(rt.store.service("ask_redaction", service.sid, args))["interaction"])
