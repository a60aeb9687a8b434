"""Fifty commands that do nothing, one after the other."""
from pyinfra.operations import server

for _ in range(50):
    server.shell(commands=["true"])
