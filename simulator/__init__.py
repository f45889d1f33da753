"""A carrier for development and tests: Twilio's REST, signed webhooks, TwiML and virtual phones, in one process."""
