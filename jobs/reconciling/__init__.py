"""Finds in the carrier's lists what no webhook reported."""
