"""The operator's dashboard: does the pipeline keep up, what fails, what does it cost, what happened to a document.

The figures for documents come from lines that the functions log (CloudWatch's Embedded Metric Format); those for
queues, functions, and Textract come from AWS.
"""

from collections.abc import Iterable, Sequence

from aws_cdk import Duration, Stack
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from stacks.outputs import output
from textract_pipeline.names import MetricName

_EVERY = Duration.minutes(5)
_HALF, _WHOLE, _HEIGHT = 12, 24, 6  # in units of a dashboard's grid
_WANTED = "DOCUMENT-ID"  # in the query for one document: the id that the user enters replaces it
_TEXTRACT = (
    "DetectDocumentText",
    "AnalyzeDocument",
    "StartDocumentTextDetection",
    "StartDocumentAnalysis",
    "GetDocumentTextDetection",
    "GetDocumentAnalysis",
)


def stuck_documents(stack: Stack) -> cloudwatch.Metric:
    """How many documents asyncproc found, on its schedule, that the flow had lost track of."""
    return _of_asyncproc(stack, MetricName.STUCK_DOCUMENTS)


class Dashboard(Construct):
    """One dashboard: whether the pipeline keeps up, what fails, what it costs, and the history of one document."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        queues: Iterable[sqs.Queue],
        dead_letter_queues: Iterable[sqs.Queue],
        functions: Iterable[lambda_.Function],
    ) -> None:
        super().__init__(scope, construct_id)
        self._stack = Stack.of(self)
        wanted = cloudwatch.DashboardVariable(
            id="document",
            label="Document (its id)",
            type=cloudwatch.VariableType.PATTERN,
            input_type=cloudwatch.VariableInputType.INPUT,
            value=_WANTED,
            default_value=cloudwatch.DefaultValue.value(_WANTED),
        )
        dashboard = cloudwatch.Dashboard(self, "Dashboard", variables=[wanted])
        output(self, {"DashboardName": dashboard.dashboard_name})
        dashboard.add_widgets(*self._keeping_up([*queues]))
        steps = [*functions]
        dashboard.add_widgets(*self._failing([*dead_letter_queues], steps))
        dashboard.add_widgets(*self._costs())
        dashboard.add_widgets(_life(steps))

    def _keeping_up(self, queues: list[sqs.Queue]) -> list[cloudwatch.IWidget]:
        ages = [
            queue.metric_approximate_age_of_oldest_message(period=_EVERY, statistic="Maximum", label=queue.node.id)
            for queue in queues
        ]
        started = _of_asyncproc(self._stack, MetricName.JOBS_STARTED)
        return [
            _graph("Finished documents, by status and pipeline", [self._documents(MetricName.DOCUMENTS, "Sum")]),
            _graph("Seconds from upload to result (95th percentile)", [self._documents(MetricName.AGE, "p95")]),
            _graph("Waiting documents", _waiting(queues)),
            _graph("Age of the oldest message, in seconds", ages),
            _graph("Async jobs started", [started]),
            _graph(
                "Async jobs not collected yet, and their share of the quota, in percent",
                [_of_asyncproc(self._stack, MetricName.JOBS_RUNNING, "Maximum")],
                right=[_of_asyncproc(self._stack, MetricName.QUOTA_IN_USE, "Maximum")],
            ),
            _graph("Calls throttled by Textract, by operation", _throttled()),
        ]

    def _failing(
        self, dead_letter_queues: list[sqs.Queue], functions: list[lambda_.Function]
    ) -> list[cloudwatch.IWidget]:
        errors = [function.metric_errors(period=_EVERY, label=function.node.id) for function in functions]
        return [
            _graph("Work that was given up, by dead-letter queue", _waiting(dead_letter_queues)),
            _graph("Failed invocations, by function", errors),
            _graph("Documents that the flow lost track of", [stuck_documents(self._stack)], _WHOLE),
        ]

    def _costs(self) -> list[cloudwatch.IWidget]:
        dollars = cloudwatch.MathExpression(
            expression=f"SUM({self._search('Dollars', 'Sum')})",
            using_metrics={},
            period=Duration.days(1),
            label="Dollars",
        )
        return [
            _graph("Textract cost per day, in dollars", [dollars]),
            _graph("Pages, by status and pipeline", [self._documents(MetricName.PAGES, "Sum")]),
        ]

    def _documents(self, name: str, statistic: str) -> cloudwatch.IMetric:
        return cloudwatch.MathExpression(
            expression=self._search(name, statistic), using_metrics={}, period=_EVERY, label=""
        )

    def _search(self, name: str, statistic: str) -> str:
        """Every metric of this name that statusproc logs, for every status and pipeline."""
        schema = f"{{{self._stack.stack_name},pipeline,service,status}}"
        return f"SEARCH('{schema} MetricName=\"{name}\"', '{statistic}')"


def _graph(
    title: str, metrics: Sequence[cloudwatch.IMetric], width: int = _HALF, right: Sequence[cloudwatch.IMetric] = ()
) -> cloudwatch.GraphWidget:
    return cloudwatch.GraphWidget(title=title, left=[*metrics], right=[*right], width=width, height=_HEIGHT)


def _life(functions: Iterable[lambda_.Function]) -> cloudwatch.LogQueryWidget:
    """What all functions have logged about one document. Every line has its id; traces end at streams."""
    return cloudwatch.LogQueryWidget(
        title="History of the document whose id is entered above",
        log_group_names=[function.log_group.log_group_name for function in functions],
        query_lines=[
            "fields @timestamp, service, run, level, message, status, errorCode, reason, jobId",
            f'filter documentId = "{_WANTED}"',
            "sort @timestamp asc",
            "limit 1000",
        ],
        width=_WHOLE,
        height=_HEIGHT,
    )


def _throttled() -> list[cloudwatch.IMetric]:
    """What Textract itself reports (Amazon Textract Developer Guide, "CloudWatch metrics", 2026-11)."""
    return [
        cloudwatch.Metric(
            namespace="AWS/Textract",
            metric_name="ThrottledCount",
            dimensions_map={"Operation": operation},
            statistic="Sum",
            period=_EVERY,
            label=operation,
        )
        for operation in _TEXTRACT
    ]


def _waiting(queues: Iterable[sqs.Queue]) -> list[cloudwatch.IMetric]:
    return [
        queue.metric_approximate_number_of_messages_visible(period=_EVERY, statistic="Maximum", label=queue.node.id)
        for queue in queues
    ]


def _of_asyncproc(stack: Stack, name: str, statistic: str = "Sum") -> cloudwatch.Metric:
    return cloudwatch.Metric(
        namespace=stack.stack_name,
        metric_name=name,
        dimensions_map={"service": "asyncproc"},
        statistic=statistic,
        period=_EVERY,
    )
