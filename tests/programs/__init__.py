"""Orders of calls that public programs make, written anew, each run by unmodified SDKs against the whole product."""
