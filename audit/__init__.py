"""What `make audit` checks: the stack with its defaults, and with all protection turned on.

__main__.py  synthesizes the templates, and runs cdk-nag on them
packages.py  known vulnerabilities of the packages
sbom.py      what each environment and each layer consists of
"""
