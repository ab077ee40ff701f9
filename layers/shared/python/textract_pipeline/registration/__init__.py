"""What an object is, judging by its first bytes. Pure.

accepted_format.py  whether Textract accepts a file
image_size.py       the size of an image
xfa_form.py         whether a PDF is a form without pages
"""
