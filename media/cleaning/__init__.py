"""Removes from received files what tells who the sender is. No settings, no store, no log."""
