"""The outputs that a separate function makes after a document is processed.

views           which views a document gets; the public function: `make_views`
images          the pages of an original as pictures
viewer          document.html: each page's picture with the text that was read on it
searchable_pdf  searchable.pdf: the original with its text laid over it
text_layer      where each word of it is laid
own_text        what a PDF's pages say already, and where
invisible_font  the font of the text layer
empty_font      the font file in it
embedded_files  the files in a PDF, which are not read
active_content  removes what a PDF would do by itself (scripts, actions) from searchable.pdf
workbook        tables.xlsx: a sheet for each table
cell_numbers    which cells of it are numbers, and how they look
confined        reads documents in separate processes, with limits on memory and time
worker          the code of such a process
library_errors  the exceptions that libraries raise on damaged files
"""
