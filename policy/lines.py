"""Numbers that are no subscriber's line: whoever answers one pays more than for a person's, and reaches nobody.

Satellite phones and the other codes that belong to no country, premium-rate and shared-cost numbers, pagers, voice
mailboxes, companies' and personal numbers. Anybody can write such a number as the sender of a text or a call.
"""

from __future__ import annotations

from functools import lru_cache

import phonenumbers
from phonenumbers import PhoneNumberType

from common.identifiers import is_e164

LINES = frozenset(
    {
        PhoneNumberType.FIXED_LINE,
        PhoneNumberType.MOBILE,
        PhoneNumberType.FIXED_LINE_OR_MOBILE,
        PhoneNumberType.VOIP,
        # A range that libphonenumber does not know yet may be a person's.
        PhoneNumberType.UNKNOWN,
    }
)
#: Of a code that belongs to no country: 870 and 881 are satellites, 979 is premium-rate.
NO_COUNTRY = "001"


@lru_cache(maxsize=20_000)
def is_costly(sender: str) -> bool:
    """False for what is not E.164. About 0.1 ms for a sender that this process has not had lately."""
    if not is_e164(sender):
        return False
    try:
        number = phonenumbers.parse(sender, None)
    except phonenumbers.NumberParseException:
        return True
    if phonenumbers.region_code_for_country_code(number.country_code or 0) == NO_COUNTRY:
        return True
    return phonenumbers.number_type(number) not in LINES
