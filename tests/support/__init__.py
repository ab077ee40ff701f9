"""What tests of several folders use: documents, events, responses, listings, and keys that hostile uploaders choose."""
