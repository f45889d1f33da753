"""What may stop a message or a call, and the sentences that people get from us."""
