"""The command line: flask accounts, block, callbacks, content, doctor, numbers, optouts, outbox, redact."""
