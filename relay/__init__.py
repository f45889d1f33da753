"""Relays inbound messages and calls: decides who receives them, and answers the carrier. Independent of Flask."""
