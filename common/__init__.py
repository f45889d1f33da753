"""What every room shares: settings, errors, SIDs, logs, and the runtime that operations get."""
