"""Deletes a Session, an Interaction or a Service, with everything that other rooms store for it."""
