"""What runs in the background: the clock, the worker, the recurring jobs."""
