"""A Service's unique name: taken once in an account, freed by renaming and deleting, also if a process is cut off."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from common.errors import NotFound, Refused
from common.model import Service
from common.runtime import Runtime
from common.sids import new
from erasure import services as erasure
from services import services
from services.accounts import add_account
from services.names import open_name
from storage import keys
from tests.support.fixtures import clock, stack
from tests.support.stack import ACCOUNT, Stack

__all__ = ["clock", "stack"]

TOKEN = "token-of-another-account-0123456789"


@pytest.fixture
def rt(stack: Stack) -> Runtime:
    return stack.runtime


def create(rt: Runtime, name: str, account_sid: str = ACCOUNT) -> Service:
    return services.create_service(rt, account_sid, {"unique_name": name})


def stored(rt: Runtime, account_sid: str = ACCOUNT) -> Any:
    found: Any = rt.store.client.hgetall(keys.account("service_names", account_sid))
    return found


def holder(rt: Runtime, name: str) -> str | None:
    try:
        return services.get_service(rt, ACCOUNT, name).sid
    except NotFound:
        return None


def test_taken_until_it_is_renamed_or_deleted(rt: Runtime) -> None:
    name, other = new("rides-"), new("trips-")
    first = create(rt, name)
    for act in (
        lambda: create(rt, name),
        lambda: services.update_service(rt, create(rt, other), {"unique_name": name}),
    ):
        with pytest.raises(Refused, check=lambda e: e.code == 80602):
            act()
    assert (holder(rt, name), open_name(rt, first)) == (first.sid, name)
    renamed = services.update_service(rt, first, {"unique_name": name + "!"})
    assert (holder(rt, name), holder(rt, name + "!"), open_name(rt, renamed)) == (None, first.sid, name + "!")
    again = create(rt, name)
    erasure.delete_service(rt, again)
    assert holder(rt, name) is None
    assert create(rt, name).sid == holder(rt, name)


def test_the_same_name_in_another_account_looks_different_at_rest(rt: Runtime) -> None:
    name, account_sid = new("rides-"), new("AC")
    add_account(rt, account_sid, TOKEN, account_sid, TOKEN)
    ours, theirs = create(rt, name), create(rt, name, account_sid)
    assert services.get_service(rt, account_sid, name).sid == theirs.sid != holder(rt, name) == ours.sid
    assert ours.name_hash != theirs.name_hash and ours.unique_name != theirs.unique_name
    assert ours.name_hash.encode() in stored(rt)
    assert list(stored(rt, account_sid)) == [theirs.name_hash.encode()]


def test_one_of_many_at_once_gets_it(rt: Runtime) -> None:
    name = new("rides-")

    def outcome(_: int) -> str | None:
        try:
            return create(rt, name).sid
        except Refused:
            return None

    with ThreadPoolExecutor(8) as pool:
        made = [sid for sid in pool.map(outcome, range(16)) if sid]
    assert made == [holder(rt, name)]


@pytest.mark.parametrize("cut", ["put_service", "confirm_service"])
@pytest.mark.parametrize("rename", [False, True])
def test_a_process_that_was_cut_off(rt: Runtime, monkeypatch: pytest.MonkeyPatch, cut: str, rename: bool) -> None:
    """Before the Service is written, nothing stays of the new name; after it, the new name is the only one."""
    former, name = new("old-"), new("new-")
    service = create(rt, former)
    with monkeypatch.context() as patch:
        for door in ("service", "account"):
            patch.setattr(rt.store, door, dying(getattr(rt.store, door), cut))
        with pytest.raises(Killed):
            services.update_service(rt, service, {"unique_name": name}) if rename else create(rt, name)
    monkeypatch.setattr(erasure, "CLAIM_SECONDS", -1)
    assert erasure.settle_claims(rt, ACCOUNT) == 1
    is_written = cut == "confirm_service"
    assert (holder(rt, name) is not None) == is_written
    assert holder(rt, former) == (None if rename and is_written else service.sid)
    found = holder(rt, name)
    assert found is None or open_name(rt, services.get_service(rt, ACCOUNT, found)) == name


class Killed(Exception):
    """Raised in place of the death of a process."""


def dying(run: Callable[..., Any], script: str) -> Callable[..., Any]:
    def act(name: str, *rest: Any) -> Any:
        if name == script:
            raise Killed
        return run(name, *rest)

    return act
