"""The embedded set-up for development: every server on one machine, with nothing to install by hand."""
