"""How a decision becomes an answer to the carrier, one module per channel."""
