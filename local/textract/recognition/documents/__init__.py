"""Read the pages of a document from its bytes, one at a time.

formats.py     detects the format and opens the document
images.py      JPEG, PNG, and TIFF
pdf.py         PDF: the text layer, or else the page rendered at 200 dpi
text_layer.py  the words of a PDF page's text layer
"""
