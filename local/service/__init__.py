"""What both local services, Textract and S3 Batch Operations, have in common.

wsgi.py         how a service listens on loopback
constraints.py  what the parameters of a request must keep to, by botocore's model of the service
roles.py        a role is assumed, so that its permissions count
log.py          one JSON object a line
"""
