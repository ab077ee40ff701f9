"""What Textract's API takes and refuses.

A request meets these in this order:


wire.py           AWS JSON 1.1 to parameters, and a result or error back
faults.py         what a test wants to go wrong
validation.py     parameters, checked against the service's model
service_model.py  that model, as botocore has it
features.py       which features are asked for, and which questions of which page
limits.py         how big, how many, and how often
job_kinds.py      which operation starts a kind of job, and which returns its results
recordings.py     answers of the real Textract, kept in files
"""
