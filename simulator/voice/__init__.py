"""Telephone calls: legs, phones, TwiML's voice verbs and what the carrier reports of them."""
