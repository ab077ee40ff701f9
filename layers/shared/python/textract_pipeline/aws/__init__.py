"""The AWS calls of the functions: a module for each service, bucket, queue, and table.

clients.py           AWS clients, one of each for a process
objects.py           S3: documents, Textract's responses, and outputs
document_errors.py   S3's errors of whoever reads a document
documents_table.py   DocumentsTable: the state of every document
output_table.py      OutputTable: the index of outputs
backfills_table.py   BackfillsTable: the counts of each backfill
control_table.py     ControlTable: the items that invocations agree by
items.py             documents and outputs to and from items
attribute_values.py  items to and from DynamoDB's attribute values
queues.py            SQS
textract.py          Amazon Textract
event_bus.py         EventBridge: documents that have ended
service_quotas.py    Service Quotas: the account's limits of Textract
"""
