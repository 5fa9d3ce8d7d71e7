"""The work: tickets, their messages, and the desk where agents answer them."""
