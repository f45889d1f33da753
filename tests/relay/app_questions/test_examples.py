"""We post exactly the forms that docs/callbacks.md shows, and the signatures there are right."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import parse_qsl

import pytest
from twilio.request_validator import RequestValidator

from tests.relay.app_questions.service import answer_to

TEXT = (Path(__file__).parents[3] / "docs" / "callbacks.md").read_text(encoding="utf-8")


def example(title):
    section = TEXT.split(f"\n## {title}\n")[1].split("\n## ")[0]
    (found,) = [block for block in re.findall(r"```\n(.+?)\n```", section, re.DOTALL) if block.startswith("POST ")]
    head, _, body = found.partition("\n\n")
    request, *lines = head.splitlines()
    headers = dict(line.split(": ", 1) for line in lines)
    return request.split(" ")[1], headers, dict(parse_qsl(body.replace("\n", ""), True, True))


def test_the_example_of_an_intercept_is_what_is_posted(harness, intercept):
    _, _, shown = example("intercept_callback_url")
    conversation = harness.open()
    answer_to(harness, harness.message_form(conversation.alice, conversation.alices, "I am downstairs"), harness.url())
    assert list(intercept.asked[0].form) == list(shown)


def test_the_example_out_of_session_is_what_is_posted(harness, stranger):
    _, _, shown = example("out_of_session_callback_url")
    conversation = harness.open(ttl=3600)
    harness.text(conversation.alice, conversation.alices, "hello")
    conversation.session.update(status="closed")
    harness.text(conversation.alice, conversation.alices, "hello")
    assert list(stranger.asked[0].form) == list(shown)


@pytest.mark.parametrize("title", ["intercept_callback_url", "out_of_session_callback_url"])
def test_its_signature_is_right(title):
    path, headers, form = example(title)
    token = re.findall(r"auth token `(\w+)`", TEXT)[0]
    url = f"https://shop.example{path}"
    assert RequestValidator(token).validate(url, form, headers["X-Twilio-Signature"])
