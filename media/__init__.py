"""Files that people send: fetched from the carrier, cleaned, stored for an hour, and served at our own URLs."""
