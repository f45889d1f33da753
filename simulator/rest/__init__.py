"""Twilio's 2010 REST, one resource a module."""
