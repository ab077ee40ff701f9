"""How fast the local Textract is, and how much of that speed the pipeline in local mode keeps."""
