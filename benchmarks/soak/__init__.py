"""Whether the pipeline stays fast and small while it processes thousands of documents.

documents.py  the documents
stream.py     keeps a number of documents in progress
snapshots.py  messages in the queues, and memory of the processes
sections.py   compares the last thousand documents with the first
"""
