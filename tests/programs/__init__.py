"""Call sequences of public programs, rewritten; each runs with unmodified SDKs against the whole product."""
