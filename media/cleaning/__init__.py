"""What people send besides text: cleaned of what tells who they are, and served under our own links. Pure."""
