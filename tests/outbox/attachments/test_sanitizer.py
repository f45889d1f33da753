"""The process that cleans files dies, hangs, is taken over, and sees no secrets; space for clean files is limited."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any

import pytest

from media import file_store, sanitizer
from media.cleaning.model import Limits, Unclean
from media.rules import SanitizerLimits, rules
from tests.media.cleaning.samples import CANARY, jpeg
from tests.outbox.attachments.harness import AttachmentsHarness
from tests.support.stack import Stack

DEATHS = {
    "of memory": SanitizerLimits(memory=30_000_000),
    "of processor time": SanitizerLimits(cpu=0),
    "hanging": SanitizerLimits(wall=0.01),
}


@pytest.mark.parametrize("name", DEATHS)
def test_a_decoder_that_dies_takes_nobody_along(harness: AttachmentsHarness, name: str) -> None:
    """The decoder dies by the same limits that end it in production."""
    conversation = harness.outbox.open()
    harness.patch.setitem(harness.rt._parts, rules, replace(rules(harness.rt), sanitizer=DEATHS[name]))
    harness.send_files(conversation, jpeg(), body="look")
    harness.run_all_jobs()
    harness.assert_files_lost(conversation)


@pytest.mark.parametrize(
    "says",
    [
        b"",
        b"nonsense",
        b"clean text/html\n<script>",
        b"clean image/jpeg\n",
        b"unclean x\n",
        b"clean image/png\n" + bytes(5_000_000),
    ],
)
def test_a_decoder_that_was_taken_over_is_not_believed(harness: AttachmentsHarness, says: bytes, tmp_path: Any) -> None:
    conversation = harness.outbox.open()
    (tmp_path / "said").write_bytes(says)
    harness.patch.setattr(sanitizer, "COMMAND", ("cat", str(tmp_path / "said")))
    harness.send_files(conversation, jpeg(), body="look")
    harness.run_all_jobs()
    harness.assert_files_lost(conversation)


def test_what_the_decoder_may_see(harness: AttachmentsHarness, tmp_path: Any) -> None:
    """The decoder's environment contains no setting and no key."""
    harness.patch.setenv("SECRET_KEY", CANARY)
    harness.patch.setattr(sanitizer, "COMMAND", ("sh", "-c", f"env > {tmp_path}/seen; cat > /dev/null"))
    harness.send_files(harness.outbox.open(), jpeg())
    harness.run_job()
    seen = (tmp_path / "seen").read_text()
    assert "PATH=" in seen and CANARY not in seen and "TWILIO" not in seen


def test_the_store_is_never_filled(harness: AttachmentsHarness) -> None:
    harness.outbox.change_settings(media_store_megabytes=0)
    conversation = harness.outbox.open()
    harness.send_files(conversation, jpeg(), body="look")
    harness.run_all_jobs()
    harness.assert_files_lost(conversation)
    assert harness.stored_files() == {}
    harness.patch.setattr(file_store, "MEGABYTE", 2500)
    harness.outbox.change_settings(media_store_megabytes=1)
    harness.send_files(conversation, *[jpeg()] * 3, body="three")
    harness.run_job(1)
    kept = harness.stored_files()
    assert 0 < kept.pop("all") == sum(kept.values()) <= 2500
    harness.run_all_jobs()
    assert 0 < len(harness.received(conversation.bob)[1][1]) == len(kept) < 3


def test_limits_hold_in_the_process_itself(stack: Stack) -> None:
    """The process ends by its own limit of processor time, long before our time-out."""
    began = time.monotonic()
    with pytest.raises(Unclean, match="crashed"):
        sanitizer.sanitize(stack.runtime, jpeg(), "", Limits(), SanitizerLimits(cpu=0, wall=60), 1)
    assert time.monotonic() - began < 50
