"""Promises to customers: what is promised (`book`), how its time passes (`clockwork`), clocks that are set within each
change (`keeping`), warnings and breaches (`ringing`), and the same clocks out of the events (`rebuilding`)."""
