"""What can be done: one function, one script, one atomic step of the store."""
