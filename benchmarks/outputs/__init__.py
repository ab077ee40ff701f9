"""What it takes to make outputs of Textract's responses, beside two other libraries."""
