"""Programs as users of Proxy write them. Each can be run alone: `python -m python.<name>`."""
