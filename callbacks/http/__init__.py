"""The HTTP client for URLs that customers choose: callbacks, questions to the app, events, media.

A customer's URL makes this server connect to an address inside the operator's network or outside it, so every request
is guarded: the URL has a strict form (urls), its name is resolved once and every address found must be public
(addresses), the connection goes to the address that was checked while TLS proves the name, redirects, proxies and
compressed bodies are not followed or undone (http1), and one deadline covers everything from the look-up to the last
byte (http_client). What is sent is signed (signing).

Every request to anyone but the carrier's API goes through HttpClient. No error or log line here holds a URL's path or
query, since customers keep secrets there.
"""
