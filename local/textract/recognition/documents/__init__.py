"""A document's bytes to its pages, one at a time.

formats.py     which format the bytes are in, and the document opened
images.py      JPEG, PNG, and TIFF
pdf.py         PDF: the text layer, or else the page drawn at 200 dpi
text_layer.py  the words of a PDF page's text layer
"""
