"""The engine: decides who hears whom, and does it. Knows nothing of HTTP servers."""
