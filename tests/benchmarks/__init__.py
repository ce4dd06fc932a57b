"""Measurements: `make bench`, or `python -m tests.benchmarks`. docs/benchmarks.md says what is measured, and how.

Nothing here runs with the tests.
"""
