"""Where live state lies: keys, scripts, seals. Alone opens connections to the store."""
