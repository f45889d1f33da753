"""The part of the scenario with files, which hold numbers and words in every metadata field that phones write."""

from __future__ import annotations

from base64 import b64encode
from io import BytesIO

from PIL import ExifTags, Image, PngImagePlugin

from outbox import run as outbox
from outbox.attachments import run as files
from tests.privacy.scenario import DAVE, GRACE, NEVER, WORDS, Scenario
from tests.support.stack import ACCOUNT

PATIENCE = 60
TELLTALE = f"{NEVER} {WORDS[2]}"


def photo(form: str) -> bytes:
    tags, words, file = Image.Exif(), PngImagePlugin.PngInfo(), BytesIO()
    tags[ExifTags.Base.Artist] = tags[ExifTags.Base.ImageDescription] = TELLTALE
    words.add_text("Author", TELLTALE)
    more = {"pnginfo": words} if form == "PNG" else {"comment": TELLTALE.encode()}
    Image.new("RGB", (40, 30), (9, 99, 199)).save(file, form, exif=tags, **more)
    return file.getvalue()


CARD = f"BEGIN:VCARD\r\nVERSION:3.0\r\nN:Doe;Jane;;;\r\nFN:Jane Doe\r\nTEL:{NEVER}\r\nNOTE:{TELLTALE}\r\nEND:VCARD\r\n"
NO_FILE = f"\0\0\0\x18ftypheic {TELLTALE}"
#: Created at import, before the test collects the log.
SHOTS = (photo("JPEG"), photo("PNG"), CARD.encode(), NO_FILE.encode())


def pictures(play: Scenario) -> None:
    session = play.open(DAVE, GRACE)
    media = [{"data": b64encode(shot).decode(), "content_type": "image/jpeg"} for shot in SHOTS]
    play.text(DAVE, session, WORDS[0], media=media)
    assert play.webhooks.clock
    for _ in range(8):
        play.webhooks.clock.advance(1)
        rt = play.webhooks.stack.runtime
        files.process_due(rt, play.webhooks.sid, ACCOUNT)
        assert rt.part(files.FileWorker).wait(PATIENCE)
        outbox.send_due(rt, play.webhooks.sid, ACCOUNT)
        assert rt.part(outbox.OutboxWorker).wait(PATIENCE)
    (got,) = play.webhooks.sim("GET", f"/inbox/{GRACE}")["messages"][-1:]
    assert [one["status"] for one in got["media"]] == [200, 200, 200]
