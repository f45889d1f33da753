"""Media on its way: fetched from the carrier, cleaned in a process of its own, kept for an hour, cleared up."""
