"""Textract's response, page by page, becomes the outputs beside the document.

turns.py      a response is rendered, in as many invocations as that takes
rendering.py  the outputs in the making (pure)
formats/      what becomes of a page in each output (pure)
progress.py   what is rendered so far of a long document
storage.py    the one place where outputs are stored and listed
"""
