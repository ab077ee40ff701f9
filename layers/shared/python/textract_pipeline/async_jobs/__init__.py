"""Start the jobs of waiting documents so that Textract's quotas are fully used.

scheduler.py  the scheduler, and why it is correct
lease.py      which invocation fills the quota
pace.py       how fast Start calls follow each other
"""
