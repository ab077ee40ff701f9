"""The stack: everything that exists in the cloud, in the order of the flow."""

import json

from aws_cdk import Stack
from constructs import Construct

from stacks.backfill import Backfill
from stacks.config import PipelineConfig
from stacks.emptying import BucketEmptier
from stacks.encryption import Encryption
from stacks.functions import Functions
from stacks.messaging import Messaging
from stacks.monitoring.alarms import Monitoring
from stacks.monitoring.dashboard import Dashboard, stuck_documents
from stacks.network import Network
from stacks.outputs import output
from stacks.storage import Storage
from stacks.suppressions import acknowledge
from stacks.views import Views


class PipelineStack(Stack):
    """Documents go into DocumentsBucket; what Textract finds in them is written next to them."""

    def __init__(self, scope: Construct, config: PipelineConfig) -> None:
        super().__init__(scope, config.stack_name, description="Processes documents at scale with Amazon Textract")
        storage = Storage(self, "Storage", config)
        messaging = Messaging(self, "Messaging", config)
        functions = Functions(self, "Functions", config, storage, messaging)
        backfill = Backfill(self, "Backfill", storage, functions.s3batchproc)
        steps, writers = functions.all, functions.writers
        if config.views:
            views = Views(self, "Views", config, storage, messaging, functions.layer)
            steps, writers = [*steps, views.viewproc], [*writers, views.viewproc]
        monitoring = Monitoring(
            self,
            "Monitoring",
            messaging.dead_letter_queues,
            messaging.live_queues,
            steps,
            stuck_documents(self),
        )
        Dashboard(self, "Dashboard", messaging.work_queues, messaging.dead_letter_queues, steps)
        if config.removal_policy == "destroy":
            emptier = BucketEmptier(self, "BucketEmptier", config, storage.buckets)
            for writer in (functions, backfill):
                writer.node.add_dependency(emptier)
        storage.keep_outputs_to(writers)
        if config.vpc:
            Network(self, "Network", config).take_in(steps)
        if config.encryption == "customer":
            encryption = Encryption(self, "Encryption", is_kept=config.removal_policy == "retain")
            encryption.encrypt(self, but=storage.access_logs_bucket)
            encryption.allow([*steps, messaging.textract_role, backfill.role, monitoring.teller])
            functions.asyncproc.add_environment("OUTPUT_KEY_ARN", encryption.key.key_arn)
        acknowledge(self, config, storage)
        output(self, _settings(config))


def _settings(config: PipelineConfig) -> dict[str, str]:
    """The settings that the command line needs for planning."""
    return {
        "StartJobsPerSecond": str(config.start_jobs_per_second),
        "MaxConcurrentJobs": str(config.max_concurrent_jobs),
        "SyncBackfillConcurrency": str(config.sync_backfill_concurrency),
        "EncryptionSetting": config.encryption,
        "Features": json.dumps(config.features),
        "Prices": json.dumps(config.prices),
    }
