"""Suites that break a whole installation while people use it, and then count what was lost, doubled or misdirected."""
