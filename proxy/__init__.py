"""The REST API, the carrier's webhooks and the command line. Only this package imports Flask and marshmallow."""
