"""The conversation: one engine for every front end."""
