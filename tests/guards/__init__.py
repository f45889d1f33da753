"""The style's memory: what the architecture forbids, checked."""
