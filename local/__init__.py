"""The laptop cloud: an AWS emulator, the synthesized stack deployed to it, and the two services that it lacks.

cloud           the whole: `up` and `down`
ministack       the emulator of AWS, in a virtual environment of its own
cdk             the real CDK command line, pointed at it
textract        a Textract over an OCR engine
batch           S3 Batch Operations
service         what both services share
servers         starts the processes; `supervisor` starts one again if it dies
environment     where everything is told to find the local cloud; `tls` and `trust_policies` as AWS has them
loopback        how clients of S3 Control reach it
cloud_error     why it does not start
"""
