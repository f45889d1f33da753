"""Runs the migrations on the connection, and in the transaction, of record.migrate."""

from __future__ import annotations

from alembic import context

from record.tables import metadata

# Both databases roll back DDL with the transaction; Alembic does not expect this of SQLite.
context.configure(connection=context.config.attributes["connection"], target_metadata=metadata, transactional_ddl=True)
with context.begin_transaction():
    context.run_migrations()
