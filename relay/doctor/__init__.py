"""`flask doctor`: is this installation well? One module for each part; relay/doctor/checks.py lists them."""
