"""Tells the customers' apps what happened: from the events of a Service to a delivery at each receiver.

The stream of events is the outbox: spool turns it into deliveries, in lanes of one kind and Session each, and moves a
cursor in the same step, so that none is lost or doubled. Heads of lanes are claimed for a while (run), tried once
(attempt) and settled under the claim's token; what a killed process held comes up again. A receiver may get a delivery
more than once, always with the same id.
"""
