"""Messages with files: they wait until their files are fetched and cleaned."""
