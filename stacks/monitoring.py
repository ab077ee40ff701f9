"""What tells that something went wrong: an alarm on each dead-letter queue."""

from collections.abc import Iterable

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_sqs as sqs
from constructs import Construct


class Monitoring(Construct):
    """An alarm for each of these queues, on as long as a message is in it."""

    def __init__(self, scope: Construct, construct_id: str, dead_letter_queues: Iterable[sqs.Queue]) -> None:
        super().__init__(scope, construct_id)
        for queue in dead_letter_queues:
            cloudwatch.Alarm(
                self,
                f"{queue.node.id}Alarm",
                alarm_description=f"{queue.node.id} holds work that was given up: see its messages for what and why",
                metric=queue.metric_approximate_number_of_messages_visible(
                    period=Duration.minutes(1), statistic="Maximum"
                ),
                threshold=1,
                evaluation_periods=1,
                comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
                treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
            )
