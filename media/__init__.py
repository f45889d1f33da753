"""Files that people send: fetched from the carrier, cleaned, kept for an hour, served under our own links."""
