"""Background processes: the clock, the worker, and the recurring jobs they run."""
