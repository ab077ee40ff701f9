"""The shared layer: everything the six functions have in common."""
