"""Measurements: `python -m tests.benchmarks`. Nothing here runs with the tests."""
