"""The laptop cloud: an AWS emulator, the synthesized stack deployed to it, and the two services it lacks."""
