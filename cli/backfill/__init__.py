"""`textract-pipeline backfill`: existing documents are planned, priced, imported, followed, and proved complete.

command.py                    the commands
plan.py, planning/            what a backfill would process, cost, and take
start.py                      a plan is agreed to, and begun
record.py, records.py         one backfill, and where all are kept
manifest.py                   which objects a backfill is to import
batch_jobs.py                 the jobs of S3 Batch Operations that import them
status.py, progress.py        how far a backfill is
pause.py                      pause, resume, and cancel
reconcile.py, reconciliation/ the proof that it is complete
"""
