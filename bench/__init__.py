"""Measurements against the targets of docs/performance.md: `make bench`, or `python -m bench --help`."""
