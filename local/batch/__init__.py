"""A local S3 Batch Operations: jobs that invoke a function for each object of a manifest, as boto3's s3control asks.

server.py         a request in, one operation, its result or error out, a line in the log
wire.py           REST-XML to parameters, and a result or error back
validation.py     parameters, checked against the service's model
operations.py     the five operations
job_table.py      the jobs there are; job.py, one of them; job_files.py, on disk
worker.py         a job from beginning to end:
    manifest.py   its objects, if a manifest lists them
    generator.py  its objects, if S3 lists them
    invocation.py the function, invoked for each
    report.py     its completion report
role.py           S3 and Lambda with the permissions of the job's role
exceptions.py     what a request may be answered instead of its result
"""
