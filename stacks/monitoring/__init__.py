"""How people watch the pipeline.

alarms     what needs attention, and the topics that report it
dashboard  whether the pipeline keeps up, what fails, what it costs, and the history of one document
"""
