"""Whether the pipeline stays fast and small while it processes thousands of documents."""
