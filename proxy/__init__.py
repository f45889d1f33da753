"""The HTTP edge: REST resources, the carrier's webhooks, the command line. Alone imports Flask and marshmallow."""
