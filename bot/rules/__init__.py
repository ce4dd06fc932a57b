"""Who has to verify what, where and until when: rulebooks as data, and their state on any day."""
