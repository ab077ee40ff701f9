"""What an object is, from its first bytes. Pure.

accepted_format.py  whether Textract takes a file
image_size.py       the size of an image
"""
