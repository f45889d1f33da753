"""The queues of the recurring jobs, by urgency. Each worker process reads one of them."""

from __future__ import annotations

from enum import StrEnum


class QueueName(StrEnum):
    """SENDS: messages and callbacks, which people and apps wait for. FILES: files of messages. REST: all other jobs."""

    SENDS = "sends"
    FILES = "files"
    REST = "rest"
