"""The content policy on corpora: what it must find, what it must leave."""
