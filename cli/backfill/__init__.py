"""`textract-pipeline backfill`: plan, price, import, and follow existing documents, and prove the result complete.

command.py                    the commands
plan.py, planning/            what a backfill would process and cost, and how long it would take
start.py                      confirm a plan and start it
record.py, records.py         one backfill; the table of all backfills
manifest.py                   the list of objects that a backfill imports
batch_jobs.py                 the jobs of S3 Batch Operations that import them
status.py, progress.py        the progress of a backfill
pause.py                      pause, resume, and cancel
reconcile.py, reconciliation/ prove that it is complete
"""
