"""A page's image to words, by the PP-OCR models in the rapidocr package.

engine.py       a page's image to words; or an instant engine that reads nothing
networks.py     the neural networks
orientation.py  which way up the page lies
detection.py    where lines of text stand
line_reader.py  what a line says
alphabet.py     the characters that it may say
ink.py          where the ink of each word is
"""
