"""Files that come with a message: the other phone gets them clean, and nothing of what they told."""

from __future__ import annotations

from tests.files.studio import CHECK, Studio
from tests.media.samples import CANARY, jpeg, leaks, opened, picture


def test_a_picture_reaches_the_other_phone_clean(studio: Studio) -> None:
    talk = studio.open()
    assert leaks(jpeg(), CANARY)
    studio.snap(talk, jpeg(), body="look")
    assert studio.got(talk.bob) == []
    studio.deliver()
    ((body, (shown,)),) = studio.got(talk.bob)
    assert body == "look" and not leaks(shown, CANARY)
    assert opened(shown).size == picture().size
    assert studio.told(talk.alice) == []
    assert studio.statuses(talk) == ["delivered"]
    assert studio.left() == []
    studio.wash(CHECK)
    assert studio.kept() == {} and studio.attached() == []
