"""The outputs that a separate function makes after a document is processed.

views           which views a document gets, and the public face: `make_views`
images          the pages of an original as pictures
viewer          document.html: each page's picture with what was read on it
searchable_pdf  searchable.pdf: the original with its text laid over it, in invisible_font
active_content  what a PDF does by itself, which searchable.pdf does not
workbook        tables.xlsx: a sheet for each table
confined        documents are read in a process of their own, with limits on memory and time
worker          that process
library_errors  what the libraries raise on damaged files
"""
