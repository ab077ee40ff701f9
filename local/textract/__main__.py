"""`python -m local.textract`, the same as `textract-pipeline local textract`."""

from local.textract.command import textract

if __name__ == "__main__":
    textract()
