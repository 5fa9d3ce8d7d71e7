"""What this room does when something happened elsewhere: each of its parts says it itself."""

from importlib import import_module

for part in ("macros", "rules", "routing", "sla", "complaints"):
    import_module(f"automation.{part}.subscribers")
