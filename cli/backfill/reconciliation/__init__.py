"""The proof that a backfill is complete, object by object. `../reconcile.py` runs these steps in this order.

completion_report.py  reads what S3 Batch Operations reports about each task
listing.py            looks up which objects and outputs are in S3
ledger.py             stores what is known about each row
verdict.py            decides what happened to a row
"""
