"""What `make audit` looks at: the stack as it is by default, and with everything on that protects it."""
