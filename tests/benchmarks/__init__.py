"""Measurements: `python -m tests.benchmarks`, and `python -m tests.benchmarks.load` for many chats at once.

Nothing here runs with the tests.
"""
