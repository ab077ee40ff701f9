"""Lambda functions: invoke one without waiting, and turn its reading of a queue on or off."""

from textract_pipeline.aws import clients
from textract_pipeline.errors import aws_outcomes


def invoke(name: str, payload: bytes = b"{}") -> None:
    """Invoke a function asynchronously, and ignore its result. Raises RetryableError."""
    with aws_outcomes():
        clients.lambda_().invoke(FunctionName=name, InvocationType="Event", Payload=payload)


def read_queue(name: str, queue_url: str, *, enabled: bool) -> None:
    """Make a function start or stop reading a queue; Lambda applies that within a minute."""
    queue = clients.sqs().get_queue_attributes(QueueUrl=queue_url, AttributeNames=["QueueArn"])
    mappings = clients.lambda_().list_event_source_mappings(
        EventSourceArn=queue["Attributes"]["QueueArn"], FunctionName=name
    )
    for mapping in mappings["EventSourceMappings"]:
        clients.lambda_().update_event_source_mapping(UUID=mapping["UUID"], Enabled=enabled)
