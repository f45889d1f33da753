"""`flask doctor`: is this installation well? One module for each part; proxy/doctor/checks.py lists them."""
