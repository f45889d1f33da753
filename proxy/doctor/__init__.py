"""The checks of `flask doctor`, one module for each part of the installation; proxy/doctor/checks.py lists them."""
