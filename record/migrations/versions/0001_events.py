"""Events, their details, the head of each chain."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "events",
        sa.Column("service_sid", sa.String(34), primary_key=True),
        sa.Column("n", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("epoch", sa.BigInteger, nullable=False),
        sa.Column("random", sa.String(16), nullable=False),
        sa.Column("type", sa.String(64), nullable=False),
        sa.Column("at_ms", sa.BigInteger, nullable=False),
        sa.Column("session_sid", sa.String(34), nullable=False),
        sa.Column("commitment", sa.String(64), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
    )
    op.create_index("events_of_a_session", "events", ["service_sid", "session_sid", "n"])
    op.create_table(
        "event_details",
        sa.Column("service_sid", sa.String(34), primary_key=True),
        sa.Column("n", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("salt", sa.String(64), nullable=False),
        sa.Column("detail", sa.Text, nullable=False),
        sa.ForeignKeyConstraint(["service_sid", "n"], ["events.service_sid", "events.n"], name="event_details_event"),
    )
    op.create_table(
        "chain_heads",
        sa.Column("service_sid", sa.String(34), primary_key=True),
        sa.Column("n", sa.BigInteger, nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
    )
