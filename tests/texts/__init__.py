"""Tests of the catalogs and of what makes texts from them."""
