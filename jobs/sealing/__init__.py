"""Sealing keys: new ones, values sealed again with the newest one, and old ones that leave the key ring."""
