"""Files of this machine that become documents: for `submit` and `local demo`.

files    which files, under which keys
sending  upload them, several at a time; what is there already is not sent again
content  whether an object has the content of a file
"""
