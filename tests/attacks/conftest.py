"""What the attacks on mail stand on: a channel, and the gateway before it."""

from tests.channels_inbox.conftest import arrive, channel, gateway, start_gateway

__all__ = ["arrive", "channel", "gateway", "start_gateway"]
