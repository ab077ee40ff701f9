"""A local S3 Batch Operations: jobs that invoke a function for each object of a manifest, for boto3's s3control client.

server.py         handles a request: one operation, its result or error, one log line
wire.py           converts REST-XML to parameters, and results and errors back
validation.py     checks parameters against the service's model
operations.py     the five operations
job_table.py      all jobs; job.py is one job, job_files.py stores jobs on disk
worker.py         runs a job from start to end:
  manifest.py     its objects, if a manifest lists them
  generator.py    its objects, if S3 lists them
  invocation.py   invokes the function for each object
  report.py       its completion report
role.py           clients of S3 and Lambda with the permissions of the job's role
exceptions.py     errors that a request or a job may end with
"""
