"""Whether the pipeline stays as it is while thousands of documents go through it."""
