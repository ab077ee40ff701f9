"""How fast the local Textract reads, and how much of that the pipeline around it in local mode keeps."""
