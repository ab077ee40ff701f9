"""Files as people really upload them: broken, huge, mislabeled or merely odd; and how the pipeline must end each."""
