"""Access to the store: its keys, its scripts, sealed values. No other package opens connections to it."""
