"""What stands between the web server and Flask: reads each body, and answers what is plain on the event loop."""
