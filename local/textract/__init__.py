"""A Textract-compatible HTTP endpoint over a local OCR engine.

The way of a request:


command.py, process.py          the start command; serving until told to stop
server.py                       a request in, one operation, its result or error out, one line in the log
api/                            what Textract's API takes and refuses: protocol, validation, features, limits, faults
operations.py                   which code answers each operation:
    synchronous.py              documents are recognized at once
    asynchronous.py             jobs are started and read
    adapters.py                 there are none
jobs/                           jobs in the background, from admission to notification
extraction/                     a page's blocks to invoices, identity documents, and loan packages
recognition/                    a document's bytes to Textract's blocks
exceptions.py                   the errors that any of these may end in, as Textract names and words them
settings.py                     everything that can be set
"""
