"""The AWS calls that a document makes, and what they cost."""
