"""Tests of the answers: from an ask and the rules to a text."""
