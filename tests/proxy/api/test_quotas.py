"""How much an account, a Service or a Session may have: at each bound a clear 4xx, and nothing is changed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

import pytest

from callbacks.spool import spool
from common.errors import Invalid
from common.runtime import Runtime
from common.sids import new
from policy import opt_outs
from policy.opt_outs import OptOut
from services import services
from storage import keys
from tests.support.api import Api
from tests.support.stack import ACCOUNT

Bound = Callable[..., None]


@pytest.fixture
def bound(rt: Runtime, monkeypatch: pytest.MonkeyPatch) -> Bound:
    return lambda **settings: monkeypatch.setattr(rt, "settings", replace(rt.settings, **settings))


def refused(api: Api, response: Any, setting: str, status: int = 400, code: int = 20001) -> None:
    assert setting in api.problem(response, status, code)["message"]


def count(api: Api, name: str) -> int:
    key, client = keys.service(name, api.service), api.rt.store.client
    lengths: dict[str, Callable[[str], Any]] = {"zset": client.zcard, "hash": client.hlen, "stream": client.xlen}
    return int(lengths[keys.SERVICE_KEYS[name].type](key))


def test_services_of_an_account(api: Api, bound: Bound):
    there = api.rt.store.client.hlen(keys.account("service_names", ACCOUNT))
    bound(max_services_per_account=there + 1)
    last = new("last-")
    assert api.post("/Services", {"UniqueName": last}).status_code == 201
    refused(api, api.post("/Services", {"UniqueName": new("over-")}), "MAX_SERVICES_PER_ACCOUNT")
    assert api.rt.store.client.hlen(keys.account("service_names", ACCOUNT)) == there + 1
    # A Service may still get another name, and a taken name is still told.
    assert api.post("/Services/{service}", {"UniqueName": new("renamed-")}).status_code == 200
    api.problem(api.post("/Services", {"UniqueName": last}), 400, 80602)


def test_sessions_of_a_service(api: Api, bound: Bound):
    bound(max_sessions_per_service=2)
    assert api.post("/Services/{service}/Sessions").status_code == 201
    refused(api, api.post("/Services/{service}/Sessions"), "MAX_SESSIONS_PER_SERVICE")
    assert count(api, "sessions") == 2
    api.client.delete(api.url("/Services/{service}/Sessions/{session}"))
    assert api.post("/Services/{service}/Sessions").status_code == 201


def test_notices_of_a_service(api: Api, bound: Bound):
    bound(max_notices_per_service=2)
    notice = "/Services/{service}/Notices/neutral_reply"
    assert api.post(notice, {"Text": "One", "Language": "en"}).status_code == 200
    assert api.post(notice, {"Text": "Uno", "Language": "es"}).status_code == 200
    refused(api, api.post(notice, {"Text": "Um", "Language": "pt"}), "MAX_NOTICES_PER_SERVICE")
    assert api.post(notice, {"Text": "Another", "Language": "en"}).status_code == 200
    assert count(api, "notices") == 2


def blocks(api: Api, **query: Any) -> Any:
    return api.client.get(f"/ops/v1/blocks/{api.service}", query_string=query).get_json()


def block(api: Api, person: str) -> Any:
    return api.client.post(f"/ops/v1/blocks/{api.service}", data={"Scope": "person", "Person": person})


def test_blocks_of_a_service_and_their_pages(api: Api, bound: Bound):
    bound(max_blocks_per_service=5)
    people = [f"+1415555{place:04d}" for place in range(6000, 6005)]
    assert [block(api, person).status_code for person in people] == [201] * 5
    refused(api, block(api, "+14155556999"), "MAX_BLOCKS_PER_SERVICE")
    assert block(api, people[0]).status_code == 200
    page, pages = blocks(api, PageSize=2), []
    while page:
        pages.append([one["id"] for one in page["blocks"]])
        following = page["meta"]["next_page_url"]
        page = following and api.client.get(f"{_path(following)}").get_json()
    assert [len(one) for one in pages] == [2, 2, 1]
    assert len({one for each in pages for one in each}) == 5
    last = blocks(api, PageSize=4)
    back = api.client.get(
        _path(api.client.get(_path(last["meta"]["next_page_url"])).get_json()["meta"]["previous_page_url"])
    )
    assert back.get_json()["blocks"] == last["blocks"]


def _path(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.path.removeprefix('/here')}?{parts.query}"


def test_an_import_of_too_many_opt_outs_changes_nothing(api: Api, bound: Bound):
    bound(max_opt_outs_per_service=2)
    service = services.get_service(api.rt, ACCOUNT, api.service)
    people = [OptOut(f"+1415555{place:04d}", None) for place in range(6100, 6103)]
    with pytest.raises(Invalid, match="MAX_OPT_OUTS_PER_SERVICE"):
        opt_outs.import_opt_outs(api.rt, service, people)
    assert count(api, "optouts") == 0
    assert opt_outs.import_opt_outs(api.rt, service, people[:2]) == 2
    assert {one.identifier for one in opt_outs.export_opt_outs(api.rt, service)} == {
        one.identifier for one in people[:2]
    }
    assert opt_outs.import_opt_outs(api.rt, service, people, remove=True) == 2


def test_events_that_an_app_does_not_take(api: Api, bound: Bound, caplog: pytest.LogCaptureFixture):
    bound(max_deliveries_per_service=3)
    api.post("/Services/{service}", {"EventsUrl": "https://app.example/events"})
    clock, stream = keys.service("clock", api.service), keys.events(api.service)
    for _ in range(5):
        api.post("/Services/{service}/Sessions")
    entries = api.rt.store.client.xlen(stream)
    store: Any = api.rt.store.client
    cursor = store.hget(clock, "c").decode()
    spool(api.rt, api.service, cursor)
    assert api.rt.store.client.zcard(keys.service("deliveries", api.service, "waiting")) == 3
    assert store.hget(clock, "l") == b"2"
    assert "2 callbacks and events are not sent, because MAX_DELIVERIES_PER_SERVICE" in caplog.text
    # The record gets them all, and the deliveries do not hold them back there.
    assert api.rt.store.client.xlen(stream) == entries
    assert store.hget(clock, "c").decode() != cursor


def keyed(api: Api, key: str) -> Any:
    return api.client.post(api.url("/Services/{service}/Sessions"), headers={"Idempotency-Key": key})


def test_idempotency_keys_of_an_account(api: Api, bound: Bound):
    used = sum(int(n) for n in api.rt.store.client.hvals(keys.account("requests", ACCOUNT)))
    bound(max_idempotency_keys_per_day=used + 1)
    last, over = new("last-"), new("over-")
    assert keyed(api, last).status_code == 201
    before = count(api, "sessions")
    response = keyed(api, over)
    refused(api, response, "MAX_IDEMPOTENCY_KEYS_PER_DAY", 429, 20429)
    assert 1 <= int(response.headers["Retry-After"]) <= 3600
    assert count(api, "sessions") == before
    assert keyed(api, last).headers["Idempotent-Replayed"] == "true"
    assert api.post("/Services/{service}/Sessions").status_code == 201
    bound(max_idempotency_keys_per_day=used + 2)
    assert keyed(api, over).status_code == 201


def test_a_stored_answer_is_small(api: Api):
    """One with long random fields is not stored; the request is done again and finds what it created."""
    key, name = new("large-"), new("large-")
    form = {"UniqueName": name, "CallbackUrl": "https://app.example/" + "".join(new("") for _ in range(60))}
    form |= {"OutOfSessionCallbackUrl": "https://app.example/" + "".join(new("") for _ in range(60))}
    form |= {"InterceptCallbackUrl": "https://app.example/" + "".join(new("") for _ in range(60))}
    form |= {"EventsUrl": "https://app.example/" + "".join(new("") for _ in range(60))}
    sizes, sids = [], []
    for _ in range(2):
        response = api.client.post(api.url("/Services"), data=form, headers={"Idempotency-Key": key})
        assert response.status_code == 201, response.get_data(as_text=True)
        assert "Idempotent-Replayed" not in response.headers
        sids.append(response.get_json()["sid"])
    for found in api.rt.store.client.scan_iter(match=keys.account("request", ACCOUNT).replace("%s", "*"), count=1000):
        sizes.append(sum(len(value) for value in api.rt.store.client.hvals(found)))
    assert sids[0] == sids[1]
    assert max(sizes) < 8 * 1024
