"""How people watch the pipeline.

alarms     what needs a person, and the topics that tell them
dashboard  whether it keeps up, what fails, what it costs, and the life of one document
"""
