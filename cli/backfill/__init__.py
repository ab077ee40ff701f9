"""`textract-pipeline backfill`: existing documents, planned, priced, brought in, followed, and proved complete."""
