"""What is measured, apart from the tests: each prints a table for people, and JSON as its last line."""
