"""What the `flask …` commands share: errors as one line, and how a Service is named on the command line."""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Callable
from typing import ParamSpec, TypeVar

import click

from common.config import ConfigError
from common.errors import CarrierError, Invalid, NotFound, Refused, Unavailable
from common.model import Service
from common.sids import is_sid
from proxy.context import runtime
from services.accounts import Accounts
from services.services import find_service, get_service
from storage.store import StoreUnavailable

P = ParamSpec("P")
R = TypeVar("R")


def errors_as_messages(command: Callable[P, R]) -> Callable[P, R]:
    """An expected error is printed as one line, without a traceback; the exit code is 1."""

    @functools.wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return command(*args, **kwargs)
        except (ConfigError, Refused, CarrierError, Unavailable, StoreUnavailable) as error:
            raise click.ClickException(str(error)) from None

    return run


def require_service(name: str) -> Service:
    """`name`: a SID, or a unique name that only one account uses. Raises NotFound, Invalid."""
    services = [find_service(runtime(), name)] if is_sid(name, "KS") else _find_by_unique_name(name)
    found = [service for service in services if service]
    if len(found) > 1:
        sids = ", ".join(service.sid for service in found)
        raise Invalid("SERVICE", f"more than one account has a Service of this name; give the SID, one of {sids}")
    if not found:
        raise NotFound("The Service")
    return found[0]


def _find_by_unique_name(name: str) -> list[Service | None]:
    services: list[Service | None] = []
    for account_sid in runtime().part(Accounts).sids():
        with contextlib.suppress(NotFound):
            services.append(get_service(runtime(), account_sid, name))
    return services
