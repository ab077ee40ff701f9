"""The outputs that a separate function makes after a document is processed.

views           which views a document gets; contains the entry point, `make_views`
images          a document's pages as pictures
viewer          document.html: each page's picture with its text
searchable_pdf  searchable.pdf: the original with an invisible text layer, in invisible_font
workbook        tables.xlsx: one sheet per table
"""
