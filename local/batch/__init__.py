"""A local S3 Batch Operations: jobs that invoke a function for each object of a manifest, as boto3's s3control asks."""
