"""Tests of intake by mail."""
