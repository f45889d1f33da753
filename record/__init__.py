"""The record of all events in SQL: append-only, in a hash chain. Only this package imports SQLAlchemy."""
