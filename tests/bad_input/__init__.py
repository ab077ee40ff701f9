"""Files as people really upload them: broken, huge, mislabelled or merely odd; and how the pipeline must end each."""
