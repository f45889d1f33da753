"""Twilio's REST API of 2010: one module for each resource."""
