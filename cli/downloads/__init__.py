"""What is fetched to this machine, and looked at there.

folders     a folder for each document below `--out`, and nothing outside it
safe_paths  paths made from keys, which whoever may upload chooses
viewing     a document's viewer, written before or made here, and the index page
index_page  index.html: a card for each document
"""
