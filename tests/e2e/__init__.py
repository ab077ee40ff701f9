"""The deployed stack on the local cloud, with IAM enforced. One cloud serves all tests of the folder."""
