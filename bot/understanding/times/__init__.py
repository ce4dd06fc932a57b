"""Times and dates as people write them, in Chinese, English and ISO 8601, to moments and days."""

from bot.understanding.times.model import DateReading, MomentReading
from bot.understanding.times.reading import read_date, read_moment

__all__ = ["DateReading", "MomentReading", "read_date", "read_moment"]
