"""From what people write to topics and slots."""
