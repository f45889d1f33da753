"""Tests of the code itself: they check the rules of architecture and style."""
