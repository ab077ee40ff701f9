"""The CDK app: one stack, the pipeline, with the settings of cdk.json."""

import os
import sys
from pathlib import Path

from aws_cdk import App

# What the stack and the functions share is in the layer, which need not be installed for `cdk synth`.
sys.path.append(str(Path(__file__).parent / "layers/shared/python"))

from stacks.config import ConfigError, PipelineConfig
from stacks.pipeline_stack import PipelineStack
from stacks.region import check_region
from stacks.runtime.layers import LayerError

app = App()
try:
    check_region(os.environ.get("CDK_DEFAULT_REGION"))  # which the CDK CLI sets once it knows
    PipelineStack(app, PipelineConfig.from_context(app.node.get_all_context()))
except (ConfigError, LayerError) as error:
    sys.exit(str(error))
app.synth()
