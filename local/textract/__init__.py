"""A Textract-compatible HTTP endpoint over a local OCR engine.

In the order of a request:

command.py, process.py  the start command; serves until told to stop
server.py               handles a request: one operation, its result or error, one log line
api/                    the rules of Textract's API: protocol, validation, features, limits, faults
operations.py           maps each operation to its code:
  synchronous.py        recognizes documents at once
  asynchronous.py       starts jobs and returns their results
  adapters.py           adapters, of which there are none
jobs/                   background jobs, from admission to notification
extraction/             converts a page's blocks to invoices, identity documents, and loan packages
recognition/            converts a document's bytes to Textract's blocks
exceptions.py           the errors that any of these may raise, with Textract's names and messages
settings.py             all settings
"""
