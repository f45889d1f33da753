"""Texts at the carrier: emptied there once their time has come."""
