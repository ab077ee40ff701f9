"""Asynchronous jobs, from Start to the notification.

job.py            one Start call and what came of it
job_table.py      the jobs there are, by JobId and ClientRequestToken
job_files.py      the jobs on disk, so that a process that is killed loses none
worker.py         jobs in the background
storage.py        documents read from S3, and results written to S3
result_files.py   results on disk, a page of results at a time
notifications.py  the end of a job, to its SNS topic
"""
