"""Services and accounts: who may call the API, and what each Service has set."""
