"""Tests of the dialog."""
