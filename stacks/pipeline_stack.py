"""The stack: everything that exists in the cloud, in the order in which a document meets it."""

import json
from collections.abc import Mapping

from aws_cdk import CfnOutput, Stack
from constructs import Construct

from stacks.backfill import Backfill
from stacks.config import PipelineConfig
from stacks.dashboard import Dashboard, stuck_documents
from stacks.emptying import BucketEmptier
from stacks.encryption import Encryption
from stacks.functions import Functions
from stacks.messaging import Messaging
from stacks.monitoring import Monitoring
from stacks.network import Network
from stacks.storage import Storage
from stacks.suppressions import acknowledge
from stacks.views import Views


class PipelineStack(Stack):
    """Documents go into DocumentsBucket; what Textract finds in them comes out beside them."""

    def __init__(self, scope: Construct, config: PipelineConfig) -> None:
        super().__init__(scope, config.stack_name, description="Processes documents at scale with Amazon Textract")
        storage = Storage(self, "Storage", config)
        messaging = Messaging(self, "Messaging", config)
        functions = Functions(self, "Functions", config, storage, messaging)
        backfill = Backfill(self, "Backfill", storage, functions.s3batchproc)
        steps = functions.all
        if config.views:
            views = Views(self, "Views", config, storage, messaging, functions.layer)
            self._name({"ViewProcFunctionName": views.viewproc.function_name})
            steps = [*steps, views.viewproc]
        monitoring = Monitoring(
            self,
            "Monitoring",
            messaging.dead_letter_queues,
            messaging.live_queues,
            steps,
            stuck_documents(self),
        )
        dashboard = Dashboard(self, "Dashboard", messaging.work_queues, messaging.dead_letter_queues, steps)
        if config.removal_policy == "destroy":
            functions.node.add_dependency(BucketEmptier(self, "BucketEmptier", config, storage.buckets))
        if config.vpc:
            Network(self, "Network", config).take_in(steps)
        if config.encryption == "customer":
            encryption = Encryption(self, "Encryption", is_kept=config.removal_policy == "retain")
            encryption.encrypt(self, but=storage.access_logs_bucket)
            encryption.allow([*steps, messaging.textract_role, backfill.role])
            functions.asyncproc.add_environment("OUTPUT_KEY_ARN", encryption.key.key_arn)
        acknowledge(self, config, storage)
        self._name(_buckets_and_tables(storage))
        self._name(_queues_and_topics(messaging))
        self._name(_functions(functions))
        self._name(
            {
                "SourceBucketNames": self.to_json_string([bucket.bucket_name for bucket in storage.source_buckets]),
                "S3BatchOperationsRoleArn": backfill.role.role_arn,
                "DashboardName": dashboard.name,
                "AlarmsTopicArn": monitoring.alarms_topic.topic_arn,
                "FailedDocumentsTopicArn": monitoring.failed_documents_topic.topic_arn,
            }
        )
        self._name(_settings(config))

    def _name(self, outputs: Mapping[str, str]) -> None:
        """What a user, or the command line, needs to know by name."""
        for name, value in outputs.items():
            CfnOutput(self, name, value=value)


def _buckets_and_tables(storage: Storage) -> dict[str, str]:
    return {
        "DocumentsBucketName": storage.documents_bucket.bucket_name,
        "ExistingDocumentsBucketName": storage.existing_documents_bucket.bucket_name,
        "InventoryAndLogsBucketName": storage.inventory_and_logs_bucket.bucket_name,
        "DocumentsTableName": storage.documents_table.table_name,
        "OutputTableName": storage.output_table.table_name,
        "BackfillsTableName": storage.backfills_table.table_name,
        "ControlTableName": storage.control_table.table_name,
    }


def _queues_and_topics(messaging: Messaging) -> dict[str, str]:
    return {
        "SyncQueueUrl": messaging.sync_queue.queue_url,
        "SyncBackfillQueueUrl": messaging.sync_backfill_queue.queue_url,
        "AsyncQueueUrl": messaging.async_queue.queue_url,
        "AsyncBackfillQueueUrl": messaging.async_backfill_queue.queue_url,
        "JobResultsQueueUrl": messaging.job_results_queue.queue_url,
        "JobCompletionTopicArn": messaging.job_completion_topic.topic_arn,
        "TextractServiceRoleArn": messaging.textract_role.role_arn,
        **{f"{queue.node.id}Url": queue.queue_url for queue in messaging.dead_letter_queues},
    }


def _functions(functions: Functions) -> dict[str, str]:
    return {
        "S3ProcFunctionName": functions.s3proc.function_name,
        "S3BatchProcFunctionName": functions.s3batchproc.function_name,
        "S3BatchProcFunctionArn": functions.s3batchproc.function_arn,
        "StatusProcFunctionName": functions.statusproc.function_name,
        "DocProcFunctionName": functions.docproc.function_name,
        "SyncProcFunctionName": functions.syncproc.function_name,
        "AsyncProcFunctionName": functions.asyncproc.function_name,
        "JobResultsProcFunctionName": functions.jobresultsproc.function_name,
    }


def _settings(config: PipelineConfig) -> dict[str, str]:
    return {
        "StartJobsPerSecond": str(config.start_jobs_per_second),
        "MaxConcurrentJobs": str(config.max_concurrent_jobs),
        "SyncBackfillConcurrency": str(config.sync_backfill_concurrency),
        "Features": json.dumps(config.features),
        "Prices": json.dumps(config.prices),
    }
