"""What exists in the cloud: one stack, composed of a construct for each concern, in the order of the flow.

config          the settings of cdk.json
pipeline_stack  the stack, and the public face: `PipelineStack`
storage         buckets and tables
messaging       queues, topics, and the role with which Textract reports
functions       the six functions of the flow and statusproc: triggers, environment, permissions
views           viewproc, if the setting `outputs` asks for views
backfill        the role of S3 Batch Operations
runtime         what functions run with: code, layers, event sources
monitoring      alarms and the dashboard
encryption      one KMS key for everything, if the setting `encryption` asks for it
network         a VPC, if the setting `vpc` asks for it
grants          exactly the actions that a function calls, on exactly the resources
emptying        empties the buckets when the stack is destroyed, with the code in `bucket_emptier`
suppressions    findings of the audit that must stay, each with its reason
region          where there is Textract
outputs         what the deployment tells by name
"""
