"""How fast the local Textract is, and how much of that speed the pipeline in local mode keeps.

documents.py  the documents
bare.py       the OCR engine alone
whole.py      the pipeline in local mode, from upload to outputs
cost.py       wall-clock and processor time
"""
