"""The heavy outputs of a document, made once it is processed: a viewer, a searchable PDF, a workbook."""
