"""The AWS calls of the functions: a module for each service, bucket, queue, and table.

clients.py           AWS clients, one of each for a process
objects.py           S3: documents, Textract's responses, and outputs
object_versions.py   S3: the versions that buckets keep, to list and delete them
document_errors.py   S3's errors when a document is read
documents_table.py   DocumentsTable: the state of every document
output_table.py      OutputTable: the index of outputs
backfills_table.py   BackfillsTable: the counts of each backfill
control_table.py     ControlTable: the items through which invocations coordinate
conditional_writes.py  writes that a condition may refuse
items.py             documents and outputs to and from items
attribute_values.py  items to and from DynamoDB's attribute values
functions.py         Lambda: invoke a function, and switch its reading of a queue on and off
queues.py            SQS
textract.py          Amazon Textract
event_bus.py         EventBridge: documents that have ended
service_quotas.py    Service Quotas: the account's limits for Textract
"""
