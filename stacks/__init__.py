"""What exists in the cloud: one stack with one construct per concern, in the order of the flow.

config          the settings in cdk.json
pipeline_stack  the stack itself: `PipelineStack`
storage         buckets and tables
messaging       queues, topics, and the role that Textract uses to report finished jobs
functions       the six functions of the flow, and statusproc: triggers, environment, permissions
views           viewproc, if the setting `outputs` asks for views
backfill        the role that S3 Batch Operations uses
runtime         what the functions run with: code, layers, event sources
monitoring      alarms and the dashboard
encryption      one KMS key for everything, if the setting `encryption` asks for it
network         a VPC, if the setting `vpc` asks for it
grants          the exact actions that a function calls, on the exact resources
emptying        empties the buckets when the stack is destroyed, with the code in `bucket_emptier`
suppressions    audit findings that must stay, each with its reason
region          the regions that have Textract
outputs         the stack's named outputs
"""
