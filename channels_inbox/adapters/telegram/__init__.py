"""Telegram, by a bot: https://core.telegram.org/bots/api."""
