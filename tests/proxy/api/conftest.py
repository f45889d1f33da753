"""The API over the real store: Flask's client sends what no SDK would send, Twilio's SDK sends the rest."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from twilio.rest import Client
from twilio.rest.proxy.v1.service import ServiceContext
from twilio.rest.proxy.v1.service.phone_number import PhoneNumberInstance

from common import config
from common.assembly import build
from common.runtime import Runtime
from common.sids import new
from proxy.app import create_app
from services import services
from sessions import sessions
from tests.support import stores
from tests.support.api import Api, logged_in
from tests.support.stack import ACCOUNT, SECRET_KEY, TOKEN, Stack

PUBLIC_URL = "https://mask.shop.example/here"
#: Nothing listens on this port: these tests must not need the carrier.
NO_CARRIER = "http://127.0.0.1:1"


@pytest.fixture(scope="session")
def rt(valkey_url: str) -> Runtime:
    """Shared by the whole test run: unwrapping the key ring is slow on purpose."""
    environ = {
        "REDIS_URL": valkey_url,
        "PUBLIC_URL": PUBLIC_URL,
        "TWILIO_ACCOUNT_SID": ACCOUNT,
        "TWILIO_AUTH_TOKEN": TOKEN,
        "SECRET_KEY": SECRET_KEY,
        "TWILIO_API_URL": NO_CARRIER,
        "API_READS_PER_SECOND": "0",
        "API_WRITES_PER_SECOND": "0",
        "LOGIN_FAILURES_PER_MINUTE": "0",
        **stores.queues(valkey_url),
    }
    return build(config.load(environ))


@pytest.fixture(scope="session")
def app(rt: Runtime) -> Flask:
    return create_app(rt)


def make(rt: Runtime, app: Flask) -> Api:
    service = services.create_service(rt, ACCOUNT, {"unique_name": new("of-a-test-")})
    return Api(rt, logged_in(app), service.sid, sessions.open_session(rt, service, {}, []).sid)


@pytest.fixture
def api(rt: Runtime, app: Flask) -> Api:
    return make(rt, app)


@pytest.fixture(scope="module")
def stack(valkey_url: str) -> Iterator[Stack]:
    whole = Stack(valkey_url)
    yield whole
    whole.stop()


@pytest.fixture
def sdk(stack: Stack) -> Client:
    return stack.sdk()


@pytest.fixture
def shop(sdk: Client) -> Iterator[ServiceContext]:
    """A Service that is deleted after the test, so that its numbers go back to the carrier."""
    made = sdk.proxy.v1.services.create(unique_name=new("shop-"))
    yield sdk.proxy.v1.services(made.sid)
    made.delete()


@pytest.fixture
def numbers(sdk: Client, shop: ServiceContext) -> list[PhoneNumberInstance]:
    """Two numbers of the carrier in the pool; both are American."""
    owned = [one for one in sdk.incoming_phone_numbers.list() if one.phone_number.startswith("+1")]
    return [shop.phone_numbers.create(sid=one.sid) for one in owned[:2]]
