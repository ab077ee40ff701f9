"""Asynchronous jobs, from Start to the notification.

job.py            one Start call and its outcome
job_table.py      all jobs, by JobId and ClientRequestToken
job_files.py      stores jobs on disk, so that a killed process loses none
worker.py         runs jobs in the background
storage.py        reads documents from S3, and writes results to S3
result_files.py   stores results on disk, and reads them by pages
notifications.py  announces a job's end to its SNS topic
"""
