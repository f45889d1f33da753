"""The record: what happened, in SQL, append-only and chained. Alone imports SQLAlchemy; knows nothing of relay."""
