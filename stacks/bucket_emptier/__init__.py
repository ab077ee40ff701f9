"""The function that empties buckets. This folder is its deployed code."""
