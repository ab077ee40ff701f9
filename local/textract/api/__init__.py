"""The rules of Textract's API.

In the order in which a request meets them:

wire.py           converts AWS JSON 1.1 to parameters, and results and errors back
faults.py         faults and delays for tests
validation.py     checks parameters against the service's model
service_model.py  that model, from botocore
features.py       which features are requested, and which queries for which page
limits.py         limits on size, number, and rate
job_kinds.py      which operation starts a kind of job, and which returns its results
recordings.py     recorded answers of the real Textract
"""
