"""The CDK app: one stack, the pipeline, with the settings of cdk.json."""

import sys

from aws_cdk import App

from stacks.config import ConfigError, PipelineConfig
from stacks.layer import LayerError
from stacks.pipeline_stack import PipelineStack

app = App()
try:
    PipelineStack(app, PipelineConfig.from_context(app.node.get_all_context()))
except (ConfigError, LayerError) as error:
    sys.exit(str(error))
app.synth()
