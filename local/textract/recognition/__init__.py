"""A document's bytes to Textract's blocks.

The way of a page:


recognizer.py  all of it, one page at a time
documents/     bytes to pages: JPEG, PNG, TIFF, PDF
ocr/           a page's image to words, unless it has a text layer
deskew.py      a page that lies askew is straightened
page/          what stands on a page: words, lines, rules, selection elements, signatures, figures
tables/        tables, ruled and borderless
fields/        form fields
queries.py     answers to questions
layout.py      paragraphs, titles, lists, and so on
analysis.py    which of these a request needs
blocks.py      all of it as Textract's blocks
"""
