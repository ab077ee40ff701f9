"""The six handlers, unmodified, in an in-memory AWS that delivers as badly as AWS's contract allows.

schedule.py     what goes wrong in a run, as one line that replays it
world.py        virtual time, and where a schedule's faults strike
functions.py    Lambda: invocations that interleave, and can die, at every AWS call
invocation.py   one run of a function, and the calls it makes
client.py       boto3's clients, whose calls go through the world
aws/            the other services, each as far as the pipeline uses it
deployment.py   the wiring and the numbers, read from the synthesized template
needs.py        what each call needs
permissions.py  IAM: what each role may do, by the template
forbidden.py    what nobody should be able to do
all_calls.py    runs that make every call, and what roles do besides
other_engine/   the same questions, asked of an IAM engine that is not ours
cloud.py        all of it put together
scenario.py     the documents, and what should become of each
simulation.py   one run: a scenario under a schedule, until quiet
invariants.py   what must be true afterwards
explore.py      every single fault, then pairs, then random ones
"""
