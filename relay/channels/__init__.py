"""Turns a decision into TwiML, one module per channel."""
