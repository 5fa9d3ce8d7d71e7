"""What answers to events without being asked: promises, routing, rules, macros."""
