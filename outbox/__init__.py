"""What cannot ride on a webhook's answer: sent by the carrier's API, in order, paced, and never twice."""
