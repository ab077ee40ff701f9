"""How close the local Textract's answers are to the real one's."""
