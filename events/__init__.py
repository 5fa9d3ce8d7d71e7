"""What happened: audit trail, timeline and outbox in one table."""
