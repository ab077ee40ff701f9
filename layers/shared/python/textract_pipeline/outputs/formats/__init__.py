"""What becomes of a page in each output: a module an output, all of them pure."""
