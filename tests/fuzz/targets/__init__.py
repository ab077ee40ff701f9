"""One module per target, each with its `TARGET`; see `tests.fuzz.target`."""
