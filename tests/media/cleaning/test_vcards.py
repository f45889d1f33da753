"""Only the names of a contact card are kept, no matter how its other properties are written."""

from __future__ import annotations

import base64
import quopri

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from media.cleaning.clean import Clean, Limits, Reason, Unclean, clean
from tests.media.cleaning.samples import EMAIL, leaks

LIMITS = Limits()
NUMBER = "+15550100199"
SECRETS = (NUMBER, EMAIL, "555-010-0199", "(555) 010-0199")
WHOLE_CARD = f"""BEGIN:VCARD
VERSION:4.0
PRODID:-//{EMAIL}//
N:Doe;Jane;Q.,Public;Dr.;Jr.
FN:Dr. Jane Q. Doe
ORG:Example\\, Inc.;Repairs
TITLE:Head of Repairs
TEL;TYPE=CELL,VOICE;PREF=1:{NUMBER}
TEL;VALUE=uri:tel:{NUMBER};ext=5
item1.TEL:(555) 010-0199
item1.X-ABLabel:{NUMBER}
EMAIL;TYPE=INTERNET:{EMAIL}
item2.EMAIL;TYPE="home,{EMAIL}":{EMAIL}
ADR:;;{NUMBER};{EMAIL};;;
LABEL:{EMAIL}
URL:https://example.org/{NUMBER}
IMPP:sip:{NUMBER}@example.org
NICKNAME:{NUMBER}
NOTE:call {NUMBER}
NOTE:the red door
NICKNAME:Jay
ROLE:{EMAIL}
UID:{EMAIL}
REV:{NUMBER}
SOURCE:https://example.org/{EMAIL}
RELATED:tel:{NUMBER}
X-WHATSAPP:{NUMBER}
X-SKYPE;X-ANY={NUMBER}:{EMAIL}
PHOTO;ENCODING=b;TYPE=JPEG:{base64.b64encode(NUMBER.encode()).decode()}
KEY;ENCODING=BASE64:{base64.b64encode(EMAIL.encode()).decode()}
END:VCARD
"""
WRITTEN = (
    b"BEGIN:VCARD\r\nVERSION:3.0\r\nN:Doe;Jane;Q.,Public;Dr.;Jr.\r\nFN:Dr. Jane Q. Doe\r\n"
    b"NICKNAME:Jay\r\nORG:Example\\, Inc.;Repairs\r\nTITLE:Head of Repairs\r\nEND:VCARD\r\n"
)


def card(*lines: str | bytes) -> bytes:
    whole = ["BEGIN:VCARD", "VERSION:3.0", *lines, "END:VCARD"]
    return b"\r\n".join(line if isinstance(line, bytes) else line.encode() for line in whole)


def cleaned(data: bytes) -> bytes:
    made = clean(data, "text/x-vcard", LIMITS)
    assert (made.type, made.extension) == ("text/vcard", "vcf")
    assert not leaks(made.data, *SECRETS)
    return made.data


def refusal(data: bytes) -> Reason:
    with pytest.raises(Unclean) as refused:
        clean(data, "text/vcard", LIMITS)
    return refused.value.reason


def test_names_come_through_and_nothing_else():
    assert leaks(WHOLE_CARD.encode(), *SECRETS)
    assert cleaned(WHOLE_CARD.encode()) == WRITTEN


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("claim", ["text/vcard", "image/jpeg", "", "text/plain"])
def test_line_ends_and_claims_do_not_matter(end, claim):
    assert clean(WHOLE_CARD.replace("\n", end).encode(), claim, LIMITS).data == WRITTEN


QP_NUMBER = "".join(f"={byte:02X}" for byte in NUMBER.encode())
SPELLINGS = {
    "folded": ("TEL:+1555\r\n 0100\r\n\t199",),
    "folded in its name": ("T\r\n EL:" + NUMBER,),
    "lower case": ("tel;type=cell:" + NUMBER,),
    "grouped": ("a-b.TEL:" + NUMBER,),
    "quoted-printable": (f"TEL;ENCODING=QUOTED-PRINTABLE:{QP_NUMBER}",),
    "quoted-printable in two lines": ("NOTE;ENCODING=QUOTED-PRINTABLE:=2B=31=\r\n=35=35=35=30=31=\r\n00199",),
    "base64 folded": ("PHOTO;ENCODING=b:KzE1NTU\r\n wMTAwMTk5",),
    "a quoted colon": (f'X-A;B="c:d;{NUMBER}":{EMAIL}',),
    "in a parameter of the name": (f'FN;X-TEL="{NUMBER}":Jane Doe',),
    "a card in a card": ("AGENT:", "BEGIN:VCARD", "FN:R. Roe", "TITLE:Agent", f"TEL:{NUMBER}", "END:VCARD"),
    "two of a kind": ("FN:Jane Doe", f"FN:{NUMBER}"),
    "a name that is part of a note": ("NOTE;ENCODING=QUOTED-PRINTABLE:x=", "TITLE:Not mine=", "FN:R. Roe"),
    "without a colon": (NUMBER, EMAIL),
    "spaces about": (f"  TEL : {NUMBER}", f"TEL : {NUMBER}"),
    "a comment of outlook": (f"X-MS-OL-DEFAULT-POSTAL-ADDRESS:{NUMBER}",),
    "a last line that is soft": ("NOTE;ENCODING=QUOTED-PRINTABLE:=\r\n" + NUMBER,),
}


@pytest.mark.parametrize("name", SPELLINGS)
@pytest.mark.parametrize("place", ["before", "behind"])
def test_numbers_in_other_spellings(name, place):
    names = ("N:Doe;Jane;;;", "FN:Jane Doe")
    lines = (*SPELLINGS[name], *names) if place == "before" else (*names, *SPELLINGS[name])
    expected = b"BEGIN:VCARD\r\nVERSION:3.0\r\nN:Doe;Jane;;;\r\nFN:Jane Doe\r\nEND:VCARD\r\n"
    assert cleaned(card(*lines)) == expected


NUMBERS_AS_NAMES = [
    NUMBER, "555 010 0199", "Jane 5-5-5-0-1", "Jane ５５５０１００", "Jane ⑤⑤⑤⓪①", "Jane ٥٥٥٠١٠",
    "Jane 5\u200b5\u200b5\u200b0\u200b1",
    EMAIL, "Jane＠example.org", "@jane_doe", "https://example.org", "www.example.org", "t.me/jane", "wa.me/x",
]  # fmt: skip


@pytest.mark.parametrize("name", NUMBERS_AS_NAMES)
@pytest.mark.parametrize("kept", ["FN", "N", "ORG", "TITLE", "NICKNAME", "CATEGORIES"])
def test_a_name_that_reaches_somebody_is_none(kept, name):
    others = {"N": "N:Roe;R.;;;", "FN": "FN:R. Roe"} if kept not in ("N", "FN") else {"ORG": "ORG:Roe Ltd"}
    written = cleaned(card(*others.values(), f"{kept}:{name}")).decode()
    assert "Roe" in written
    assert "jane" not in written.lower()
    assert not any(character.isdigit() for character in written.replace("VERSION:3.0", ""))


def test_in_quoted_printable_too():
    assert refusal(card(f"FN;ENCODING=QUOTED-PRINTABLE:{QP_NUMBER}")) is Reason.NOTHING_LEFT


def test_digits_of_a_name_stay():
    assert b"FN:Studio 54\\, Route 66\r\n" in cleaned(card("FN:Studio 54, Route 66"))


@pytest.mark.parametrize(
    ("charset", "name"),
    [("UTF-8", "Żaneta Čápová"), ("ISO-8859-1", "Jürgen Müßig"), ("windows-1251", "Жанна"), ("SHIFT_JIS", "山田花子")],
)
def test_names_of_old_phones(charset, name):
    encoded = quopri.encodestring(name.encode(charset), quotetabs=True).replace(b"\n", b"\r\n")
    line = f"FN;CHARSET={charset};ENCODING=QUOTED-PRINTABLE:".encode() + encoded
    assert f"FN:{name}\r\n" in cleaned(card("VERSION:2.1", line)).decode()
    plain = f"FN;CHARSET={charset}:".encode() + name.encode(charset)
    assert f"FN:{name}\r\n" in cleaned(card(plain)).decode()


def test_a_long_name_in_quoted_printable():
    name = "Жанна Александровна Константинопольская"
    encoded = quopri.encodestring(name.encode(), quotetabs=True)
    assert b"=\n" in encoded
    assert (
        name in clean(card(b"FN;ENCODING=QUOTED-PRINTABLE:" + encoded), "", LIMITS).data.replace(b"\r\n ", b"").decode()
    )


@pytest.mark.parametrize("charset", ["idna", "punycode", "zlib", "unicode_escape", "no-such"])
def test_other_charsets_are_not_asked(charset):
    assert b"FN:Jane\r\n" in cleaned(card(f"FN;CHARSET={charset}:Jane"))


def test_a_fold_within_a_character():
    name = "Żaneta".encode()
    assert "FN:Żaneta\r\n" in cleaned(card(b"FN:" + name[:1] + b"\r\n " + name[1:])).decode()


def test_long_names_are_folded_within_no_character():
    written = cleaned(card("FN:" + "Ż" * 90))
    rows = written.split(b"\r\n")
    assert all(len(row) <= 75 for row in rows)
    assert all(row.decode() for row in rows if row)
    assert clean(written, "", LIMITS).data == written


def test_escapes():
    written = cleaned(card("N:Doe\\;Roe;Jane\\, Mary;;;", "FN:Jane \\\\ Mary\\nDoe"))
    assert b"N:Doe\\;Roe;Jane\\, Mary;;;\r\nFN:Jane \\\\ Mary Doe\r\n" in written


STRUCTURED = {
    # The examples of RFC 6350, sections 6.2.2, 6.2.3, 6.6.4 and 6.7.1.
    "names": "N:Stevenson;John;Philip,Paul;Dr.;Jr.,M.D.,A.C.P.",
    "a comma in a name": "N:Public;John;Quinlan;Mr.;Esq.\\,M.D.",
    "units": "ORG:ABC\\, Inc.;North American Division;Marketing",
    "nicknames": "NICKNAME:Jim,Jimmie",
    "categories": "CATEGORIES:INTERNET,IETF,INDUSTRY,INFORMATION TECHNOLOGY",
    "every separator escaped": "N:A\\;B\\,C\\\\;D;;;",
}


@pytest.mark.parametrize("line", STRUCTURED.values(), ids=STRUCTURED)
def test_commas_and_semicolons_of_structured_values_stay(line):
    written = cleaned(card("FN:Jane", line)).replace(b"\r\n ", b"")
    assert line.encode() + b"\r\n" in written
    assert clean(written, "", LIMITS).data.replace(b"\r\n ", b"") == written


@pytest.mark.parametrize(("line", "written"), [
    ("ORG:Roe, Inc.;Sales", "ORG:Roe\\, Inc.;Sales"), ("TITLE:Head; of, all", "TITLE:Head\\; of\\, all"),
    ("N:Doe;Jane;Q.,,P., ;;", "N:Doe;Jane;Q.,P.;;"), ("NICKNAME:a;b,c", "NICKNAME:a\\;b,c"),
])  # fmt: skip
def test_a_separator_that_is_none_there_is_text(line, written):
    assert f"{written}\r\n".encode() in cleaned(card("FN:Jane", line))


def test_names_of_version_2_1_have_no_lists():
    """vCard 2.1, section 2.2.2: only a semicolon separates. We write 3.0, where a comma does too, so it is escaped."""
    old = card("N:Doe;Jane;Q., Ann;;").replace(b"VERSION:3.0", b"VERSION:2.1")
    assert b"N:Doe;Jane;Q.\\, Ann;;\r\nFN:Jane Q.\\, Ann Doe\r\n" in cleaned(old)


@pytest.mark.parametrize(
    ("lines", "names"),
    [
        (["FN:Jane Doe"], b"N:Jane Doe;;;;\r\nFN:Jane Doe\r\n"),
        (["N:Doe;Jane;;Dr.;"], b"N:Doe;Jane;;Dr.;\r\nFN:Dr. Jane Doe\r\n"),
        (["ORG:Roe Ltd;Sales"], b"N:Roe Ltd Sales;;;;\r\nFN:Roe Ltd Sales\r\nORG:Roe Ltd;Sales\r\n"),
        (["TITLE:Plumber"], b"N:Plumber;;;;\r\nFN:Plumber\r\nTITLE:Plumber\r\n"),
    ],
)
def test_what_a_card_must_have_is_made_of_what_there_is(lines, names):
    assert cleaned(card(*lines)) == b"BEGIN:VCARD\r\nVERSION:3.0\r\n" + names + b"END:VCARD\r\n"


def test_several_cards():
    written = cleaned(card("FN:Jane Doe") + b"\r\n" + card(f"TEL:{NUMBER}") + b"\r\n" + card("FN:R. Roe"))
    assert written.count(b"BEGIN:VCARD") == 2
    assert written.index(b"Jane") < written.index(b"Roe")


def test_refusals():
    assert refusal(card(f"TEL:{NUMBER}")) is Reason.NOTHING_LEFT
    assert refusal(card("FN:Jane").removesuffix(b"END:VCARD")) is Reason.DAMAGED
    assert refusal(b"\r\n".join([card("FN:Jane")] * 21)) is Reason.TOO_LARGE
    assert refusal(card("FN:Jane", "NOTE:" + "x" * 2_000_000)) is Reason.TOO_LARGE
    assert refusal(WHOLE_CARD.encode("utf-16-le")) is Reason.UNSUPPORTED


@pytest.mark.parametrize("charset", ["utf-16-le", "utf-16-be"])
def test_a_card_in_utf_16(charset):
    """Older address books write UTF-16."""
    assert cleaned(("\ufeff" + WHOLE_CARD).encode(charset)) == WRITTEN


PIECES = st.sampled_from([
    "TEL", "FN", "N", "EMAIL", "NOTE", "AGENT", "BEGIN:VCARD", "END:VCARD", ":", ";", "=", "=\r\n", "\r\n", "\r\n ",
    "\n", "\\",
    ".", '"', "ENCODING=QUOTED-PRINTABLE", "CHARSET=UTF-8", "ENCODING=b", NUMBER, EMAIL, QP_NUMBER, "Jane", " ",
])  # fmt: skip


@settings(max_examples=600, deadline=None)
@given(st.lists(PIECES, max_size=40))
def test_no_order_of_pieces_lets_a_number_through(pieces):
    try:
        made = clean(card("".join(pieces)), "", LIMITS)
    except Unclean:
        return
    assert isinstance(made, Clean)
    assert not leaks(made.data, *SECRETS)
