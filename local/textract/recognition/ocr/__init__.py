"""Read the words in a page's image, with the PP-OCR models in the rapidocr package.

engine.py       the OCR engine, and an instant engine that reads nothing
networks.py     the neural networks
orientation.py  whether the page is upside down or sideways
detection.py    finds lines of text
line_reader.py  reads a line
alphabet.py     the characters that a line may have
ink.py          finds the ink of each word
"""
