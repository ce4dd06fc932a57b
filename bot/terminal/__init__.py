"""The terminal front end: chat, ask, and the operator's commands."""
