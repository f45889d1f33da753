"""How loud each logger is: ours as LOG_LEVEL says; libraries that quote numbers never below WARNING."""

from __future__ import annotations

import logging

FORMAT = "%(asctime)s %(levelname)s %(name)s %(message)s"
#: RQ tells of every job, once a second.
BUSY = ("rq.worker", "rq.cron", "rq.queue", "rq.job", "rq.scripts")
#: The SDK's log has the numbers it asks for in its URLs.
TELLTALE = ("twilio", "urllib3", "alembic")


def configure(level: str) -> None:
    logging.basicConfig(format=FORMAT)
    logging.getLogger().setLevel(level)
    for name in BUSY:
        logging.getLogger(name).setLevel("DEBUG" if level == "DEBUG" else "WARNING")
    for name in TELLTALE:
        logging.getLogger(name).setLevel("WARNING")
