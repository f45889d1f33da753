"""Messages with files: they wait in the outbox until the files are fetched and cleaned."""
