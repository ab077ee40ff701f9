"""How close the local Textract's results are to the real Textract's."""
