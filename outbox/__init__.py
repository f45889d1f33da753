"""Messages that a webhook's answer cannot hold: sent by the carrier's API, in order, at a limited rate, never twice."""
