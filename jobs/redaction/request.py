"""An operator's request to redact one message at the carrier, whatever its Service is configured to do."""

from __future__ import annotations

from common.model import Service
from common.runtime import Runtime
from common.script_errors import checked
from sessions.model import Interaction
from sessions.sessions import codec


def ask(rt: Runtime, service: Service, interaction_sid: str) -> Interaction:
    """The job redacts it once the message has a final state. Raises NotFound if this Service has no such message."""
    args = {"interaction": interaction_sid}
    return codec(rt, service).interaction(checked(rt.store.service("ask_redaction", service.sid, args))["interaction"])
