"""How it went: asking the customer once when a ticket is solved, and taking the answer."""
