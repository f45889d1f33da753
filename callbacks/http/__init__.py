"""The one guarded door for HTTP to addresses that customers name: callbacks, intercepts, events.

A customer's URL is an order to connect somewhere from inside the operator's network, so: the URL is of a strict form
(urls), its name is resolved once and every address found is public (addresses), the connection goes to that very
address while TLS proves the name (wire), no redirect, proxy or compression is followed, and one deadline covers it all
from the look-up to the last byte (door). What is sent is signed (signing).

Who needs to speak to anything outside other than the carrier's API goes through a Door; nothing here quotes a URL's
path or query, since customers keep secrets there.
"""
