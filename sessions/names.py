"""The unique name of a Session is sealed in its document, and found by its hash, which differs between Services."""

from __future__ import annotations

from common.model import Service
from common.runtime import Runtime
from common.sids import is_sid
from sessions.codec import unique_name_associated_data


def name_arguments(rt: Runtime, service: Service, session_sid: str, name: str | None) -> dict[str, str]:
    """Of a new Session, as arguments of the script; none if it has no name."""
    if not name:
        return {}
    sealed = rt.seal.seal(name, unique_name_associated_data(service.sid, session_sid))
    return {"unique_name": sealed, "name_hash": rt.index.of_name(service.sid, name)}


def stored_reference(rt: Runtime, service: Service, ref: str) -> str:
    """How the scripts know the Session: by its SID or by the hash of its name. `ref`: a SID or a unique name."""
    return ref if is_sid(ref, "KC") else rt.index.of_name(service.sid, ref)
