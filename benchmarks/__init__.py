"""Benchmarks: each prints a table for people, and JSON as its last line."""
