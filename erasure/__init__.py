"""Deletes for good: a Session, an Interaction, a Service, with whatever other rooms hold of them."""
