"""The proof that a backfill is complete, object by object.

completion.py  what S3 Batch Operations reports about each task
listing.py     which objects and outputs are in S3
ledger.py      what is known about each row
verdict.py     what became of a row
"""
