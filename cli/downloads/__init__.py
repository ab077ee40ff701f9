"""Files that are downloaded to this machine, and the pages to view them with.

folders     a folder for each document under `--out`; nothing is written outside it
safe_paths  paths made from keys, which anyone who may upload can choose
viewing     a document's viewer, downloaded or made here, and the index page
index_page  index.html: a card for each document
"""
