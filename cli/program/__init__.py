"""The command line as a program.

lazy_group  a group of commands, each imported when it is used
errors      what is said of an error, and its exit code
"""
