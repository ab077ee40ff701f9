"""The cost of making outputs from Textract's responses, compared with two other libraries."""
