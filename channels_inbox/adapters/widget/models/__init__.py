from channels_inbox.adapters.widget.models.conversation import Conversation, Ended, Line
from channels_inbox.adapters.widget.models.visitor import Visitor
from channels_inbox.adapters.widget.models.widget import Side, Widget

__all__ = ["Conversation", "Ended", "Line", "Side", "Visitor", "Widget"]
