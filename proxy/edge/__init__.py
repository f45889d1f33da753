"""What stands between the web server and Flask: reads each body with a limit and a deadline, then takes a thread."""
