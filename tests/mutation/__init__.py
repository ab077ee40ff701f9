"""Mutation tests: the core is changed in one place at a time, and a test has to notice.

mutmut makes the changes and runs, for each, the tests that reach the changed function. It needs packages at the top of
a checkout, so that it works in a copy that is laid out like that.

layout.py      the copy
accepted.toml  changes that no test can notice, each with its reason
survivors.py   the changes that no test noticed, without those
__main__.py    all of it; the last line is JSON
"""
