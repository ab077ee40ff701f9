"""What exists in the cloud: one stack, composed of a construct for each concern."""
