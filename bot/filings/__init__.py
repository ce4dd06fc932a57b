"""Filings that somebody tracks: what they are and what can happen to them."""
