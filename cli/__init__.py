"""The `textract-pipeline` command."""
