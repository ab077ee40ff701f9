"""The work that was given up after every attempt failed: for `redrive` and `forget`.

looking       see what is in every dead-letter queue, or use it; what is not used is given back
sending_back  put the work back where it was given up
"""
