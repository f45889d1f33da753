"""Lists: any large PageSize, our own absolute URLs, page tokens that cannot be forged."""

import inspect
from urllib.parse import parse_qs, urlsplit

import pytest

from common.sids import new
from tests.proxy.api.conftest import PUBLIC_URL
from tests.support.api import Api, logged_in


@pytest.fixture
def five(api: Api):
    """Five Sessions: the Session of `api` and four more."""
    made = [api.post("/Services/{service}/Sessions").get_json()["sid"] for _ in range(4)]
    return [api.session, *made]


def _get(api, url, host="evil.example"):
    assert url.startswith(f"{PUBLIC_URL}/proxy/v1/")
    return api.client.get(url.removeprefix(PUBLIC_URL), headers={"Host": host}).get_json()


def test_pages_follow_each_other_there_and_back(api: Api, five):
    page = api.get("/Services/{service}/Sessions", PageSize=2).get_json()
    seen, numbers = [[one["sid"] for one in page["sessions"]]], [page["meta"]["page"]]
    assert page["meta"]["previous_page_url"] is None
    while page["meta"]["next_page_url"]:
        page = _get(api, page["meta"]["next_page_url"])
        seen.append([one["sid"] for one in page["sessions"]])
        numbers.append(page["meta"]["page"])
    assert [sid for part in seen for sid in part] == five
    assert [len(part) for part in seen] == [2, 2, 1]
    assert numbers == [0, 1, 2]
    back = _get(api, page["meta"]["previous_page_url"])
    assert [one["sid"] for one in back["sessions"]] == seen[1]
    assert back["meta"]["page"] == 1
    assert [one["sid"] for one in _get(api, back["meta"]["first_page_url"])["sessions"]] == seen[0]


def test_meta_names_the_list_and_its_addresses(api: Api):
    response = api.client.get(api.url("/Services/{service}/Sessions"), headers={"Host": "evil.example"})
    meta = response.get_json()["meta"]
    first = f"{PUBLIC_URL}{api.url('/Services/{service}/Sessions')}?PageSize=50&Page=0"
    assert meta == {
        "key": "sessions",
        "page": 0,
        "page_size": 50,
        "url": first,
        "first_page_url": first,
        "next_page_url": None,
        "previous_page_url": None,
    }


def test_each_list_has_its_key(api: Api):
    session = "/Services/{service}/Sessions/{session}"
    paths = {
        "services": "/Services",
        "phone_numbers": "/Services/{service}/PhoneNumbers",
        "sessions": "/Services/{service}/Sessions",
        "participants": session + "/Participants",
        "interactions": session + "/Interactions",
    }
    for key, path in paths.items():
        body = api.get(path).get_json()
        assert set(body) == {key, "meta"}
        assert body["meta"]["key"] == key


@pytest.mark.parametrize(
    ("asked", "size"),
    [("1", 1), ("100", 100), ("101", 100), ("5000", 100), ("99999999", 100), ("9" * 9000, 100), ("007", 7)],
)
def test_any_large_page_size_is_cut_to_a_hundred(api: Api, asked, size):
    assert api.get("/Services/{service}/Sessions", PageSize=asked).get_json()["meta"]["page_size"] == size


@pytest.mark.parametrize("asked", ["0", "00", "-1", "", "ten", "1.5", "+5", " 5", "１２", "١", "1e3", "5\n"])
def test_a_page_size_that_is_none_is_refused(api: Api, asked):
    response = api.get("/Services/{service}/Sessions", PageSize=asked)
    assert api.problem(response, 400, 20001)["message"].startswith("PageSize: ")


@pytest.mark.parametrize("asked", ["-1", "", "x", "１"])
def test_a_page_number_that_is_none_is_refused(api: Api, asked):
    assert api.problem(api.get("/Services", Page=asked), 400, 20001)["message"].startswith("Page: ")


def test_a_page_number_is_the_clients_own(api: Api):
    assert api.get("/Services/{service}/Sessions", Page=7).get_json()["meta"]["page"] == 7


@pytest.mark.parametrize("name", ["PageSize", "Page", "PageToken"])
def test_an_argument_given_twice_is_refused(api: Api, name):
    response = api.client.get(api.url(f"/Services?{name}=1&{name}=2"))
    assert api.problem(response, 400, 20001)["message"].startswith(f"{name}: ")


def test_a_token_is_good_for_its_own_list_alone(api: Api, app, five):
    url = api.get("/Services/{service}/Sessions", PageSize=2).get_json()["meta"]["next_page_url"]
    token = parse_qs(urlsplit(url).query)["PageToken"][0]
    path = "/Services/{service}/Sessions"
    assert api.get(path, PageSize=2, PageToken=token).status_code == 200
    for bad in (token[:-1], token + "x", "x", "W10.x", token.swapcase(), "é", "\x00", "a" * 5000):
        assert "PageToken" in api.problem(api.get(path, PageToken=bad), 400, 20001)["message"]
    api.problem(api.get("/Services", PageToken=token), 400, 20001)
    api.problem(api.get("/Services/{service}/Sessions/{session}/Interactions", PageToken=token), 400, 20001)


def test_a_list_by_unique_name_pages_by_that_name(api: Api):
    name = f"Straße & {new('')}"
    api.post("/Services", {"UniqueName": name})
    for _ in range(3):
        api.client.post(f"/proxy/v1/Services/{name}/Sessions")
    page = api.client.get(f"/proxy/v1/Services/{name}/Sessions?PageSize=2").get_json()
    assert len(_get(api, page["meta"]["next_page_url"])["sessions"]) == 1


def test_strangers_tokens_are_refused(api: Api, app, five):
    from services.accounts import add_account

    sid = new("AC")
    add_account(api.rt, sid, "another-token-0123456789", sid, "another-token-0123456789")
    other = logged_in(app, sid, "another-token-0123456789")
    for _ in range(2):
        other.post("/proxy/v1/Services", data={"UniqueName": new("n")})
    url = other.get("/proxy/v1/Services?PageSize=1").get_json()["meta"]["next_page_url"]
    api.problem(api.client.get(url.removeprefix(PUBLIC_URL)), 400, 20001)


#: A Service has a few at most, all in one answer.
FEW = {"events.secrets.index"}


def test_every_list_has_pages(api: Api, app):
    """Also those of operators: no answer may be as long as what it lists."""
    rules = [rule for rule in app.url_map.iter_rules() if rule.endpoint.endswith(".index") and rule.endpoint not in FEW]
    assert len(rules) >= 9
    for rule in rules:
        assert "listing(" in inspect.getsource(app.view_functions[rule.endpoint]), rule.endpoint
        names = {"service": api.service, "session": api.session}
        if rule.arguments <= set(names):
            path = rule.build({name: names[name] for name in rule.arguments})[1]
            page = api.client.get(path, query_string={"PageSize": "1"}).get_json()
            assert page["meta"]["page_size"] == 1, rule.endpoint
