"""Bad values of every field of every form."""

HUGE = "9" * 6000
ALWAYS = {"nul": "a\x00b", "newline": "value\n"}
WHOLE = {
    "word": "soon", "empty": "", "negative": "-1", "plus": "+5", "space": " 5", "fraction": "1.5", "exponent": "1e3",
    "arabic digits": "١٢", "wide digits": "１２", "underscore": "1_0", "over": str(2**31), "huge": HUGE,
}  # fmt: skip
BOOLEAN = {"capitals": "TRUE", "digit": "1", "word": "yes", "empty": "", "space": "true "}
ENUM = {"unknown": "sideways", "empty": "", "capital": "OPEN", "huge": HUGE}
NAME = {
    "long": "n" * 192, "slash": "a/b", "query": "a?b", "hash": "a#b", "percent": "a%41", "backslash": "a\\b",
    "tab": "a\tb", "dots": "..", "dot": ".", "outer space": " a", "like a SID": "KC" + "0" * 32,
    "line separator": "a\u2028b",
}  # fmt: skip
DATE = {
    "word": "tomorrow", "date only": "2030-01-01", "no offset": "2030-01-01T00:00:00",
    "plus lost": "2030-01-01T00:00:00 00:00",
    "month 13": "2030-13-01T00:00:00Z", "day 30": "2030-02-30T00:00:00Z", "hour 24": "2030-01-01T24:00:00Z",
    "leap second": "2030-01-01T00:00:60Z", "offset hour": "2030-01-01T00:00:00+24:00", "year 0": "0000-01-01T00:00:00Z",
    "offset minute": "2030-01-01T00:00:00+01:60", "five digits": "12030-01-01T00:00:00Z", "epoch": "1893456000",
    "before 1970": "1969-12-31T23:59:59Z", "beyond 9999": "9999-12-31T23:59:59-01:00",
    "wide digits": "２０３０-01-01T00:00:00Z",
    "huge": HUGE,
}  # fmt: skip
URL = {
    "word": "callback", "relative": "/callback", "scheme": "ftp://shop.example/", "script": "javascript:alert(1)",
    "no host": "https:///path", "space": "https://shop.example/a b", "port": "https://shop.example:99999/",
    "port word": "https://shop.example:http/", "bracket": "https://[::1/", "long": "https://shop.example/" + "a" * 2048,
    "letters": "https://bücher.example/", "backslash": "https://shop.example\\@mask.example/", "port 0": "https://a:0/",
}  # fmt: skip
SID = {
    "short": "PN12",
    "other": "AC" + "0" * 32,
    "hex": "PN" + "g" * 32,
    "long": "PN" + "0" * 33,
    "trailing": "PN" + "0" * 32 + " ",
}
PHONE = {
    "word": "call me", "zero": "+05551234567", "long": "+1234567890123456", "plus lost": " 15551234567",
    "arabic digits": "+١٥٥٥١٢٣٤٥٦٧", "wide digits": "+１５５５１２３４５６７",
    "dashes": "+1-555-123", "trailing newline": "+15551234567\n",
}  # fmt: skip
IDENTIFIER = {
    "empty": "",
    "long": "+" + "1" * 191,
    "newline": "+15551234567\n",
    "tab": "\t+15551234567",
    "del": "+1\x7f",
}
#: For our own fields an empty value sets the default (test_empty_fields.py).
OUR_WHOLE = {kind: value for kind, value in WHOLE.items() if value}
OUR_ENUM = {kind: value for kind, value in ENUM.items() if value}
TEXT = {"long": "n" * 256, "newline": "a\nb", "escape": "\x1b[2J"}

LANGUAGE = {"unknown": "xx", "word": "spanish", "region": "es-XX"}

SERVICE_FIELDS = {
    "UniqueName": NAME | {"empty": ""},
    "DefaultTtl": WHOLE,
    "CallbackUrl": URL,
    "InterceptCallbackUrl": URL,
    "OutOfSessionCallbackUrl": URL,
    "GeoMatchLevel": ENUM,
    "NumberSelectionBehavior": ENUM,
    "ChatInstanceSid": SID,
    "Language": LANGUAGE,
    "EventsUrl": URL,
    "ExpiringSeconds": {"negative": "-1", "huge": "99999999", "fraction": "1.5"},
    "OnInterceptFailure": {"unknown": "maybe"},
    "InterceptTimeout": {"short": "0.4", "long": "12.1", "word": "soon"},
    "Whisper": {"word": "yes"},
    "EndCalls": {"word": "1"},
    "RingTimeout": {"short": "4", "long": "121"},
    "CallTimeLimit": {"short": "59", "long": "14401"},
    "OptOutScope": OUR_ENUM,
    "ContentPhone": OUR_ENUM,
    "ContentCard": OUR_ENUM,
    "ContentEmail": OUR_ENUM,
    "ContentProfanity": OUR_ENUM,
    "AllowedCountries": {"unknown": "US,XX", "name": "Spain", "number": "1"},
    "AllowedPrefixes": {"bare": "44", "zero": "+0", "long": "+1234567890123456", "letters": "+1a", "many": "+1," * 201},
    "Delivery": OUR_ENUM,
    "ContentRetention": OUR_ENUM,
    "AddressRetention": OUR_ENUM,
    "RedactAfter": {"negative": "-1", "huge": "34560001", "fraction": "1.5"},
    "QuietHours": {"word": "night", "hour": "24:00-08:00", "all day": "08:00-08:00", "half": "21:00"},
    "QuietHoursFor": OUR_ENUM,
    "QuietHoursExpiry": {"negative": "-1", "long": "604801", "word": "day"},
    "OptOutWords": {"long": "x" * 41, "many": "a," * 101, "marks": "!!"},
    "CoolingSeconds": OUR_WHOLE,
    "CoolingPolicy": OUR_ENUM,
}
SESSION_FIELDS = {"Ttl": WHOLE, "DateExpiry": DATE, "Status": ENUM, "FailOnParticipantConflict": BOOLEAN}
NEW_SESSION_FIELDS = SESSION_FIELDS | {"UniqueName": NAME, "Mode": ENUM}
PARTICIPANT_FIELDS = {
    "Identifier": IDENTIFIER,
    "FriendlyName": TEXT,
    "ProxyIdentifier": PHONE,
    "ProxyIdentifierSid": SID,
    "Language": LANGUAGE,
}
NUMBER_FIELDS = {"Sid": SID, "PhoneNumber": PHONE, "IsReserved": BOOLEAN}
