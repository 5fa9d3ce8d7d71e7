"""What the clock starts for chats: (name, task, seconds)."""

BEAT = [
    ("look after chats that were left", "channels_inbox.adapters.widget.tasks.sweep", 15),
    ("forget browsers that only passed by", "channels_inbox.adapters.widget.tasks.forget_passers_by", 3600),
    ("end quiet chats", "channels_inbox.adapters.widget.tasks.end_quiet", 60),
]
