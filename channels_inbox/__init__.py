"""The border: every message comes in and goes out here."""
