"""What every room shares: settings, errors, names, logs, and the context that operations get."""
