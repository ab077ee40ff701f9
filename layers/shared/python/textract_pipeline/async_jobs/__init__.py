"""When a waiting document's job is started, so that Textract's quotas are full.

scheduler.py  all of it, and why it is right
lease.py      which invocation fills the quota
pace.py       how fast Start calls follow each other
"""
