"""What the clock starts for chats: (name, task, seconds)."""

BEAT = [
    ("look after chats that were left", "channels_inbox.adapters.widget.tasks.sweep", 15),
    ("end quiet chats", "channels_inbox.adapters.widget.tasks.end_quiet", 60),
]
