"""The embedded set-up: everything on one machine, nothing installed by hand."""
