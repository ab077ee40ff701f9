"""What AWS charges per call, in dollars, in us-east-1, without free tiers and volume discounts.

From the pricing pages of S3, DynamoDB, SQS, EventBridge, and Lambda (aws.amazon.com, 2026-11). Assumes DynamoDB items
of up to 1 KB, and messages and events of up to 64 KB.
"""

_MILLION = 1_000_000
_S3_WRITE, _S3_READ = 5.0 / _MILLION, 0.4 / _MILLION
_DYNAMODB_WRITE, _DYNAMODB_READ = 0.625 / _MILLION, 0.125 / _MILLION
_SQS = 0.4 / _MILLION
_EVENT = 1.0 / _MILLION

CALLS = {
    "s3.get_object": _S3_READ,
    "s3.put_object": _S3_WRITE,
    "s3.list_objects_v2": _S3_WRITE,
    "s3.delete_object": 0.0,
    "dynamodb.batch_get_item": 2 * _DYNAMODB_READ,  # of two items of ControlTable
    "dynamodb.get_item": _DYNAMODB_READ,
    "dynamodb.put_item": _DYNAMODB_WRITE,
    "dynamodb.update_item": _DYNAMODB_WRITE,
    # The document, a row per output, and one for the response; in a transaction each counts as two writes.
    "dynamodb.transact_write_items": 2 * 8 * _DYNAMODB_WRITE,
    "sqs.send_message": _SQS,
    "sqs.receive_message": _SQS,
    "sqs.delete_message": _SQS,
    "events.put_events": _EVENT,
    "lambda_.invoke": 0.0,  # invocations are charged, not the call
    "service_quotas.list_service_quotas": 0.0,
    "textract.analyze_document": 0.0,  # Textract charges per page
    "textract_start.start_document_analysis": 0.0,
}
INVOCATION = 0.2 / _MILLION
GIGABYTE_SECOND = 0.0000133334  # on arm64
