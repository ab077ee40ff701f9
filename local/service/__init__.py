"""What both local services, Textract and S3 Batch Operations, have in common.

wsgi.py         listens on loopback
constraints.py  checks a request's parameters against botocore's model of the service
roles.py        assumes a role, so that its permissions apply
log.py          log lines, one JSON object each
"""
