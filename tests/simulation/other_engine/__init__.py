"""An IAM engine that is not ours: npm's @cloud-copilot/iam-simulate, asked about the template as it is deployed.

installation  the engine, installed from npm's registry into .local/
template      the template with the ARNs that its resources would have
questions     what roles and services do, as questions to the engine
services      what services do on their own behalf, from how the template connects them
"""
