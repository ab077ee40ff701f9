"""A Textract-compatible HTTP endpoint over a local OCR engine."""
