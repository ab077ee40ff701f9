"""What is made after a document is announced, if `outputs` asks for it: viewer, searchable PDF, workbook."""

import json

from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from stacks.config import PipelineConfig
from stacks.grants import allow_reading_documents, allow_table, allow_writing_outputs
from stacks.messaging import Messaging
from stacks.outputs import output
from stacks.runtime.function import Limits, function
from stacks.runtime.layers import rendering_layer
from stacks.storage import Storage
from textract_pipeline.names import EVENT_DETAIL_TYPE, EVENT_SOURCE, DocumentStatus

_LONGEST = 900  # seconds, Lambda's limit: a document has up to 3,000 pages
_MEMORY_MB = 3008
# The original, of up to 500 MB, and one view at a time. The largest is the viewer: 538 MB for 3,000 pages of text, and
# 3,000 MB for photos, at up to 1 MB per page as a JPEG in Base64. Together that is 3,500 MB.
_STORAGE_MB = 4096


class Views(Construct):
    """The function that makes the views. It is not part of the flow, and its packages are not needed there."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        config: PipelineConfig,
        storage: Storage,
        messaging: Messaging,
        shared: lambda_.ILayerVersion,
    ) -> None:
        super().__init__(scope, construct_id)
        rendering = rendering_layer(self, "RenderingLayer", config.architecture)
        environment = {
            "DOCUMENTS_TABLE": storage.documents_table.table_name,
            "OUTPUT_TABLE": storage.output_table.table_name,
            "VIEWS": json.dumps(config.views),
        }
        self.viewproc = function(
            self,
            "ViewProc",
            config,
            [shared, rendering],
            environment,
            limits=Limits(_LONGEST, _MEMORY_MB, storage_mb=_STORAGE_MB),
            dead_letters=messaging.dead_letter_queue("ViewProcDLQ"),
        )
        output(self, {"ViewProcFunctionName": self.viewproc.function_name})
        allow_table(self.viewproc, storage.documents_table, "GetItem")
        allow_table(self.viewproc, storage.output_table, "BatchWriteItem")
        allow_reading_documents(self.viewproc, *storage.source_buckets)
        allow_writing_outputs(self.viewproc, *storage.source_buckets)
        events.Rule(
            self,
            "ProcessedDocuments",
            event_pattern=events.EventPattern(
                source=[EVENT_SOURCE],
                detail_type=[EVENT_DETAIL_TYPE],
                detail={"status": [DocumentStatus.SUCCEEDED, DocumentStatus.PARTIAL_SUCCESS]},
            ),
            targets=[targets.LambdaFunction(self.viewproc)],
        )
