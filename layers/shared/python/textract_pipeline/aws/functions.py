"""Lambda functions: invoking one without waiting for it, and having it read a queue or not."""

from textract_pipeline.aws import clients
from textract_pipeline.errors import aws_outcomes


def invoke(name: str, payload: bytes = b"{}") -> None:
    """Have a function invoked soon, whatever comes of it. Raises RetryableError."""
    with aws_outcomes():
        clients.lambda_().invoke(FunctionName=name, InvocationType="Event", Payload=payload)


def read_queue(name: str, queue_url: str, *, enabled: bool) -> None:
    """Have a function read a queue, or stop reading it; Lambda takes notice within a minute."""
    queue = clients.sqs().get_queue_attributes(QueueUrl=queue_url, AttributeNames=["QueueArn"])
    mappings = clients.lambda_().list_event_source_mappings(
        EventSourceArn=queue["Attributes"]["QueueArn"], FunctionName=name
    )
    for mapping in mappings["EventSourceMappings"]:
        clients.lambda_().update_event_source_mapping(UUID=mapping["UUID"], Enabled=enabled)
