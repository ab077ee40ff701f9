"""Turn Textract's response, page by page, into the outputs next to the document.

turns.py      renders a response, in as many invocations as it takes
rendering.py  the outputs while they are being made (pure)
formats/      the content of each output for a page (pure)
progress.py   saves the partly rendered outputs of a long document
storage.py    the only place where outputs are stored and listed
"""
