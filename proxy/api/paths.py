"""The two names that begin most paths: a Service and a Session, each by SID or unique name."""

from __future__ import annotations

import re

from common.errors import NotFound
from common.model import Service
from proxy.api.auth import account_sid
from proxy.edge import runtime
from services.services import get_service

_SID = re.compile("K[SC][0-9a-fA-F]{32}")
_NEVER = re.compile("[\x00-\x1f\x7f]")


def reference(name: str, what: str) -> str:
    """What cannot be a name is not looked for."""
    if len(name) > 191 or _NEVER.search(name):
        raise NotFound(what)
    return name[:2] + name[2:].lower() if _SID.fullmatch(name) else name


def service_of(name: str) -> Service:
    return get_service(runtime(), account_sid(), reference(name, "The Service"))


def session_of(name: str) -> str:
    return reference(name, "The Session")
