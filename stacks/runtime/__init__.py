"""What the functions run with.

function       a Lambda function with its code, its log group, and a role that may write to it
layers         the packages that the functions share, rebuilt when their sources change
event_sources  what Lambda reads for a function: a queue, or the changes of a table
"""
