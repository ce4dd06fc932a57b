"""From what people write to topics and slots."""

from bot.understanding.understanding import Understanding

__all__ = ["Understanding"]
