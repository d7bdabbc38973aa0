"""Search in the admin: the words that it understands, what it doesn't answer, and what comes first."""
