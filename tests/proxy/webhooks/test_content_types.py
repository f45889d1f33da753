"""What the carrier gets is XML in UTF-8, and says so; a refused webhook gets an error of the API's form or nothing."""

from __future__ import annotations

from xml.etree import ElementTree

from tests.support.webhooks import WebhookHarness


def test_twiml_is_xml_in_utf_8(harness: WebhookHarness) -> None:
    conversation = harness.open()
    answer = harness.post(harness.message_form(conversation.alice, conversation.alices, "Zoë — 見る <b>&"))
    assert answer.headers["Content-Type"] == "application/xml; charset=utf-8"
    (said,) = ElementTree.fromstring(answer.content.decode("utf-8")).iter("Message")
    assert "".join(said.itertext()) == "Zoë — 見る <b>&"


def test_a_refused_one_holds_nothing_of_the_request(harness: WebhookHarness) -> None:
    answer = harness.post(harness.message_form(harness.new_person(), harness.pool[0], "<b>"), signature="x" * 28)
    assert answer.status_code == 403
    assert b"<b>" not in answer.content
    assert not answer.content or answer.headers["Content-Type"] == "application/json"
