"""Programs as users of Proxy write them; each runs by itself: `python -m python.<name>`."""
