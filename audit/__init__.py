"""What `make audit` checks: the stack with its defaults, and with all protection turned on."""
