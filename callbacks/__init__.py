"""Sends callbacks and events to the customers' apps: each event of a Service becomes deliveries to its receivers.

`spool` reads the event stream, writes the deliveries to lanes (one for each kind and Session) and moves a cursor in the
same script, so that no delivery is lost or doubled. `run` claims the first delivery of each lane, `attempt` tries it
once, and the result is settled with the claim's token. If a process dies, another one repeats the delivery when the
claim ends. A receiver may get a delivery more than once, always with the same id.
"""
