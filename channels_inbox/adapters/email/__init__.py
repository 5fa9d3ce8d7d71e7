"""Mail: in by the SMTP gateway, out over SMTP."""
