"""The tables of the record. Only `event_details` has data that can identify a person, so that it can be erased."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ForeignKeyConstraint, Index, Integer, MetaData, String, Table, Text

metadata = MetaData()

events = Table(
    "events",
    metadata,
    Column("service_sid", String(34), primary_key=True),
    Column("n", BigInteger, primary_key=True, autoincrement=False),
    Column("epoch", BigInteger, nullable=False),
    Column("random", String(16), nullable=False),
    Column("type", String(64), nullable=False),
    Column("at_ms", BigInteger, nullable=False),
    Column("session_sid", String(34), nullable=False),
    Column("commitment", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
    Index("events_of_a_session", "service_sid", "session_sid", "n"),
)

event_details = Table(
    "event_details",
    metadata,
    Column("service_sid", String(34), primary_key=True),
    Column("n", BigInteger, primary_key=True, autoincrement=False),
    Column("salt", String(64), nullable=False),
    Column("detail", Text, nullable=False),
    ForeignKeyConstraint(["service_sid", "n"], ["events.service_sid", "events.n"], name="event_details_event"),
)

chain_heads = Table(
    "chain_heads",
    metadata,
    Column("service_sid", String(34), primary_key=True),
    Column("n", BigInteger, nullable=False),
    Column("hash", String(64), nullable=False),
)

#: One row: the copy of the key ring, encrypted with SECRET_KEY.
key_ring = Table(
    "key_ring",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("wrapped", Text, nullable=False),
)
