"""Before a cycle opens: what it asks, when, whom, and what follows from that."""
