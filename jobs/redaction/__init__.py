"""Redaction: empties the texts of messages at the carrier when they are due."""
