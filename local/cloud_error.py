"""What can go wrong with the local cloud as a whole."""


class LocalCloudError(Exception):
    """The local cloud could not be started, changed, or stopped; the message says what to do."""
