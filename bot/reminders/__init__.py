"""Reminders: which a filing gets, and sending those that are due."""
