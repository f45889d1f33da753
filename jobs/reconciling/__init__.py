"""What no webhook told us: looked up in the carrier's lists."""
