"""The top storey: settings, addresses, servers and the wiring between the rooms."""
