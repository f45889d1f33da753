"""What a message may say: a Service's content policy, decided on the text alone."""
