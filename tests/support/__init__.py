"""Helpers that several test suites share: they run the whole product in one process, on real servers."""
