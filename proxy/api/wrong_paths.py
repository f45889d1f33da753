"""For a 404: what is wrong with a path that looks like a Proxy path with a wrong base URL or a spelling mistake."""

from __future__ import annotations

import re
from difflib import get_close_matches

PREFIX = "/proxy/v1"
COLLECTIONS = (
    "Services", "PhoneNumbers", "ShortCodes", "Sessions", "Participants", "Interactions", "MessageInteractions",
    "Calls", "Notices", "ContentLists",
)  # fmt: skip
SET_BASE = "set client.proxy.base_url (Node: baseUrl) to {public_url}/proxy"


def hint(path: str, public_url: str) -> str | None:
    """How to fix the path, or None if it does not resemble a path of the API. `public_url` has no slash at its end."""
    if "//" in path:
        return "The path has two slashes in a row: remove the slash at the end of the base URL"
    if re.match(r"/(v1/)?Services(/|$)|/v1/?$", path) or path.startswith("/proxy/proxy/"):
        return f"Proxy's API is at {public_url}{PREFIX}: {SET_BASE.format(public_url=public_url)}"
    if path in ("/", "/proxy", "/proxy/", PREFIX):
        return f"There is no resource at this path. Proxy's API starts at {public_url}{PREFIX}/Services"
    if path.startswith("/proxy/") and not path.startswith(f"{PREFIX}/"):
        return f"Proxy's paths start with {PREFIX}: {SET_BASE.format(public_url=public_url)}"
    if path.startswith(PREFIX) and path.endswith("/"):
        return "The path ends with a slash: remove it"
    return _misspelt(path.removeprefix(PREFIX)) if path.startswith(f"{PREFIX}/") else None


def _misspelt(path: str) -> str | None:
    """Checks every second part of the path, the names of collections. The other parts are never repeated."""
    by_lower_case = {word.lower(): word for word in COLLECTIONS}
    for part in path.split("/")[1::2]:
        similar = get_close_matches(part.lower(), by_lower_case, 1, 0.75)
        if similar and part not in COLLECTIONS:
            return f"No such path: did you mean {by_lower_case[similar[0]]}?"
    return None
