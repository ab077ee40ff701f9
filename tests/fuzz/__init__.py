"""Random changes to every kind of outside input: each input must give a result, or one of the documented errors.

Anything else is a finding: another exception, a dead process, more than 10 s, or more than 1 GB.

target.py    what is tested: input bytes, the function that handles them, and the errors that it may raise
mutation.py  makes inputs from good ones: Hypothesis draws changes to bytes and JSON
targets/     one module per target; code makes their good inputs
explore.py   tries inputs in this process, which its parent watches; tells findings apart
children.py  runs each target in separate processes with limits, and keeps the inputs that ended them
__main__.py  `make fuzz`
"""
