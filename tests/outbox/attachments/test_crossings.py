"""Files where they meet what else may stop, hold, count or divide a message."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests

from policy import blocks
from services.services import get_service
from tests.media.cleaning.samples import jpeg
from tests.outbox.attachments.studio import LOST, Studio
from tests.outbox.attachments.test_pictures import HEIC
from tests.support.stack import ACCOUNT, TOKEN

# Slow: combines attachments with quiet hours and with all that stops a message.
pytestmark = pytest.mark.slow


def night(studio: Studio, **fields: str) -> None:
    """The clock stands at the beginning of quiet hours, in the middle of the day in the numbers' zones."""
    now = datetime.fromtimestamp(studio.clock.now / 1000, UTC)
    begins = (now - timedelta(hours=10)).strftime("%H:%M")
    ends = (now + timedelta(hours=2)).strftime("%H:%M")
    assert studio.scene.set(QuietHours=f"{begins}-{ends}", **fields).status_code == 200


def retry(studio: Studio, interaction: Any) -> None:
    url = f"{studio.scene.stack.url}/ops/v1/outbox/{studio.scene.sid}/{interaction.sid}/retry"
    assert requests.post(url, auth=(ACCOUNT, TOKEN), timeout=30).status_code == 204


def test_one_that_was_parked_while_its_files_were_fetched(studio: Studio) -> None:
    talk = studio.open()
    service = get_service(studio.rt, ACCOUNT, studio.scene.sid)
    studio.snap(talk, jpeg(), body="look")
    blocks.block(studio.rt, service, "service")
    studio.work(1)
    assert [one["reason"] for one in studio.listed("parked")] == ["blocked"]
    blocks.lift(studio.rt, service, "service")
    retry(studio, talk.session.interactions.list()[0])
    studio.work(1)
    studio.deliver()
    studio.work(60)
    ((body, files),) = studio.got(talk.bob)
    assert body == "look" and len(files) == 1 and studio.told(talk.alice) == []


def test_a_text_file_over_the_night_stands_there_once(studio: Studio) -> None:
    night(studio, QuietHoursFor="all")
    talk = studio.open()
    studio.snap(talk, jpeg(), b"see you at the gate", body="look", kind="text/plain")
    studio.snap(talk, jpeg(), body="and this")
    studio.deliver()
    assert studio.got(talk.bob) == [] and len(studio.listed("held")) == 2
    studio.clock.advance(13 * 3600)
    for _ in range(3):
        studio.deliver()
    shown = [(body, len(files)) for body, files in studio.got(talk.bob)]
    assert shown == [("look\nsee you at the gate", 1), ("and this", 1)]


def test_who_sent_it_is_awake(studio: Studio) -> None:
    night(studio, QuietHoursExpiry="0")
    talk = studio.open()
    studio.snap(talk, HEIC, body="look")
    studio.deliver()
    assert studio.told(talk.alice) == [LOST]


def test_what_we_say_of_files_is_bounded(studio: Studio) -> None:
    talk = studio.open()
    for n in range(8):
        studio.clock.advance(30)
        studio.snap(talk, HEIC, body=f"number {n}")
        studio.deliver()
    assert studio.told(talk.alice) == [LOST] * 5
    assert len(studio.got(talk.bob)) == 8


def test_the_ceiling_counts_texts_that_came_as_files(studio: Studio) -> None:
    studio.set(segments_per_day=30)
    talk = studio.open()
    studio.snap(talk, ("ж" * 1000).encode(), kind="text/plain")
    studio.deliver()
    (only,) = talk.session.interactions.list()
    shown = requests.get(str(only.url), auth=(ACCOUNT, TOKEN), timeout=30).json()
    assert shown["segments"] == 15 and len(studio.got(talk.bob)) == 1
    studio.scene.text(talk.alice, talk.alices, "y" * 1600)
    assert "statusCallback" in studio.scene.text(talk.alice, talk.alices, "short")
    assert len(studio.got(talk.bob)) == 3
    studio.scene.text(talk.alice, talk.alices, "z" * 800)
    assert len(studio.got(talk.bob)) == 3


@pytest.mark.parametrize("mode", ["mask", "block"])
def test_a_number_that_ends_in_a_file(studio: Studio, mode: str) -> None:
    studio.scene.set(ContentPhone=mode)
    talk = studio.open()
    studio.snap(talk, b"555 0111", body="my number is 415", kind="text/plain")
    studio.deliver()
    ((body, _),) = studio.got(talk.bob)
    assert "0111" not in body


def test_a_worker_that_was_away(studio: Studio) -> None:
    """Longer than a message waits for its files: they are asked for once all the same."""
    talk = studio.open()
    studio.snap(talk, jpeg(), body="look")
    studio.clock.advance(400)
    studio.deliver()
    ((_, files),) = studio.got(talk.bob)
    assert len(files) == 1 and studio.told(talk.alice) == []
