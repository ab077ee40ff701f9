"""The cost of making outputs from Textract's responses, compared with two other libraries.

corpus.py     responses of any number of pages, made from one page
measuring.py  CPU time and peak memory of one way of reading them
ours.py, with_textractor.py, with_response_parser.py  the three ways
"""
