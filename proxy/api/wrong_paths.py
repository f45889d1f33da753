"""What is wrong with a path that leads nowhere, when it is a Proxy path spelled as a wrong base URL spells it."""

from __future__ import annotations

import re

PREFIX = "/proxy/v1"
SET_BASE = "set client.proxy.base_url (Node: baseUrl) to {public_url}/proxy"


def hint(path: str, public_url: str) -> str | None:
    """The way out, or None if the path does not look like one of ours. `public_url` without a slash at its end."""
    if "//" in path:
        return "The path has two slashes in a row: leave the slash at the end of the base URL out"
    if re.match(r"/(v1/)?Services(/|$)|/v1/?$", path) or path.startswith("/proxy/proxy/"):
        return f"Proxy's API is at {public_url}{PREFIX}: {SET_BASE.format(public_url=public_url)}"
    if path.startswith("/proxy/") and not path.startswith(f"{PREFIX}/"):
        return f"Proxy's paths begin with {PREFIX}: {SET_BASE.format(public_url=public_url)}"
    if path.startswith(PREFIX) and path.endswith("/"):
        return "The path ends with a slash: leave it out"
    return None
