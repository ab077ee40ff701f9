"""Whatever comes from outside, changed at random: each input has a result, or one of the documented errors.

Anything else is a finding: another exception, a dead process, more than 10 s, or more than 1 GB.

target.py    what is tested: bytes, what is done with them, and the errors that it may end in
mutation.py  how inputs are made from good ones: bytes and JSON that are changed, drawn by Hypothesis
targets/     one module per target; their good inputs are made by code
explore.py   tries inputs in this process, which its parent watches; knows findings apart
children.py  gives each target processes of its own with limits, and keeps the bytes of what ended them
__main__.py  `make fuzz`
"""
