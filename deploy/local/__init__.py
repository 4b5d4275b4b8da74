"""Run the whole house on one machine: real engines, real processes, one command.

Exists so that `make run` and the tests need nothing but Python. It starts processes and never
imports a service; production does not use this package.
"""
