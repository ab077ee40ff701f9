"""Convert a document's bytes to Textract's blocks.

In the order of a page:

recognizer.py  the whole process, one page at a time
documents/     reads pages from JPEG, PNG, TIFF, and PDF
ocr/           reads the words in a page's image, if it has no text layer
deskew.py      straightens a skewed page
page/          what is on a page: words, lines, rules, selection elements, signatures, figures
tables/        tables, ruled and borderless
fields/        form fields
queries.py     answers to queries
layout.py      paragraphs, titles, lists, and so on
analysis.py    runs those of these that a request needs
blocks.py      converts the results to Textract's blocks
"""
