"""The number pool: what a number is, where it fits, how it is read."""
