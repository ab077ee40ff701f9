"""The function that empties buckets: what is deployed of it is this folder."""
