"""Telephone calls: legs, phones, the verbs of voice TwiML, and status reports."""
