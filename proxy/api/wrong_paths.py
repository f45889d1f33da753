"""What is wrong with a path that leads nowhere, when it is a Proxy path spelled as a wrong base URL spells it."""

from __future__ import annotations

import re
from difflib import get_close_matches

PREFIX = "/proxy/v1"
WORDS = (
    "Services", "PhoneNumbers", "ShortCodes", "Sessions", "Participants", "Interactions", "MessageInteractions",
    "Calls", "Notices", "ContentLists",
)  # fmt: skip
SET_BASE = "set client.proxy.base_url (Node: baseUrl) to {public_url}/proxy"


def hint(path: str, public_url: str) -> str | None:
    """The way out, or None if the path does not look like one of ours. `public_url` without a slash at its end."""
    if "//" in path:
        return "The path has two slashes in a row: leave the slash at the end of the base URL out"
    if re.match(r"/(v1/)?Services(/|$)|/v1/?$", path) or path.startswith("/proxy/proxy/"):
        return f"Proxy's API is at {public_url}{PREFIX}: {SET_BASE.format(public_url=public_url)}"
    if path in ("/", "/proxy", "/proxy/", PREFIX):
        return f"Nothing is here. Proxy's API begins at {public_url}{PREFIX}/Services"
    if path.startswith("/proxy/") and not path.startswith(f"{PREFIX}/"):
        return f"Proxy's paths begin with {PREFIX}: {SET_BASE.format(public_url=public_url)}"
    if path.startswith(PREFIX) and path.endswith("/"):
        return "The path ends with a slash: leave it out"
    return _misspelt(path.removeprefix(PREFIX)) if path.startswith(f"{PREFIX}/") else None


def _misspelt(path: str) -> str | None:
    """The name of a collection is every second part of a path; what stands between is never repeated."""
    plain = {word.lower(): word for word in WORDS}
    for part in path.split("/")[1::2]:
        near = get_close_matches(part.lower(), plain, 1, 0.75)
        if near and part not in WORDS:
            return f"No such path: did you mean {plain[near[0]]}?"
    return None
