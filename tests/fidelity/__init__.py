"""What other libraries read from the same responses."""
