"""The shared layer: everything that the functions have in common.

pipeline.py    the flow; it uses, in this order:
events.py      what triggers a function, as typed inputs
registration/  what Textract would accept
document.py    a document and its states
async_jobs/    when a Textract job starts: scheduler, lease, pace
response/      from Textract's blocks to pages
outputs/       what is written for a document
aws/           the calls to AWS: one module per service, bucket, queue, and table
batch.py       one record of many: its retries, and its way to the dead-letter queue
recovery.py    documents that the flow lost track of
rate_limit.py  limits on documents per minute
errors.py      every way in which a document can fail, and whether it is tried again
prices.py      the price of a page
metrics.py     what the dashboard and the alarms read
names.py       strings that the stack and the functions share
settings.py    the environment
clock.py, parallel.py  time; calls side by side

boto3 is imported here, before any other module of the layer. Imported from a deeper level, it can take 20 ms longer:
CPython's stack has to grow while urllib3 compiles its patterns.
"""

import boto3  # noqa: F401
