"""An administrator's tour: it creates, reads, updates, lists and deletes every resource."""

from __future__ import annotations

import json
from typing import Any
from uuid import uuid4

from . import kit

ANN, BOB = "+14155559001", "+14155559002"

client = kit.client()


def new_service() -> Any:
    name = f"tour {uuid4().hex}"
    made = client.proxy.v1.services.create(unique_name=name, default_ttl=60, callback_url="https://app.example/proxy")
    assert (made.unique_name, made.default_ttl, made.geo_match_level) == (name, 60, "country")
    assert client.proxy.v1.services(name).fetch().sid == made.sid
    assert made.update(unique_name=name + "!", default_ttl=0).default_ttl == 0
    assert client.proxy.v1.services(made.sid).fetch().callback_url == "https://app.example/proxy"
    assert made.sid in [one.sid for one in client.proxy.v1.services.list()]
    assert kit.refusal(lambda: client.proxy.v1.services.create(unique_name=name + "!")) == (400, 80602)
    return client.proxy.v1.services(made.sid)


def tour_numbers(service: Any) -> None:
    """The second number is reserved: only a request that names it gets it."""
    for number in client.incoming_phone_numbers.list(phone_number="+1415555")[:2]:
        service.phone_numbers.create(sid=number.sid)
    first, second = service.phone_numbers.list()
    assert second.update(is_reserved=True).is_reserved is True
    assert service.phone_numbers(second.sid).fetch().is_reserved is True
    assert (first.is_reserved, first.in_use, first.iso_country) == (False, 0, "US")
    session = service.sessions.create()
    assert session.participants.create(identifier=ANN).proxy_identifier == first.phone_number
    kept = session.participants.create(identifier=BOB, proxy_identifier_sid=second.sid)
    assert (kept.proxy_identifier, kept.proxy_identifier_sid) == (second.phone_number, second.sid)
    assert [number.in_use for number in service.phone_numbers.list()] == [1, 1]
    assert session.delete() is True
    assert [number.in_use for number in service.phone_numbers.list()] == [0, 0]
    assert second.update(is_reserved=False).is_reserved is False


def tour_session(service: Any) -> None:
    session = service.sessions.create(unique_name="talk", mode="message-only")
    masks = {phone: session.participants.create(identifier=phone).proxy_identifier for phone in (ANN, BOB)}
    kit.text(ANN, masks[ANN], "Hello")
    assert service.sessions("talk").fetch().status == "in-progress"
    (found,) = session.interactions.list()
    assert (found.type, found.inbound_resource_type) == ("message", "message")
    assert json.loads(service.sessions("talk").interactions(found.sid).fetch().data)["body"] == "Hello"
    sent = client.messages(found.inbound_resource_sid).fetch()
    assert (sent.from_, sent.to, sent.body) == (ANN, masks[ANN], "Hello")
    assert service.sessions("talk").update(status="closed").closed_reason == "api"
    assert kit.refusal(lambda: service.sessions("talk").update(ttl=5)) == (400, 80607)
    assert service.sessions("talk").update(status="in-progress", ttl=60).status == "in-progress"
    kit.text(BOB, masks[BOB], "Still here?")
    assert [body for _, body in kit.inbox(ANN)] == ["Still here?"]
    assert found.delete() is True
    assert [json.loads(one.data)["body"] for one in session.interactions.list()] == ["Still here?"]
    assert all(person.delete() is True for person in session.participants.list())
    assert session.delete() is True


def main() -> None:
    service = new_service()
    tour_numbers(service)
    tour_session(service)
    for number in service.phone_numbers.list():
        assert number.delete() is True
    assert service.phone_numbers.list() == []
    assert service.delete() is True
    assert kit.refusal(service.fetch) == (404, 20404)


if __name__ == "__main__":
    main()
