"""Services and Sessions in paths, each given by SID or unique name."""

from __future__ import annotations

import re

from common.errors import NotFound
from common.model import Service
from proxy.api.auth import account_sid
from proxy.context import runtime
from services.services import get_service

_SID = re.compile("K[SC][0-9a-fA-F]{32}")
_CONTROL = re.compile("[\x00-\x1f\x7f]")


def reference(name: str, what: str) -> str:
    """The SID in lower case, or the unique name. Raises NotFound for text that can be neither; `what` names it."""
    if len(name) > 191 or _CONTROL.search(name):
        raise NotFound(what)
    return name[:2] + name[2:].lower() if _SID.fullmatch(name) else name


def service_of(name: str) -> Service:
    return get_service(runtime(), account_sid(), reference(name, "The Service"))


def session_of(name: str) -> str:
    return reference(name, "The Session")
