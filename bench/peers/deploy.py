"""What pyinfra checks of one node: the same that playbook.yml does for ansible."""
import json
import os

from pyinfra import host
from pyinfra.facts.server import Command
from pyinfra.operations import apt, files, server

with open(os.environ["PEERS_STATE"]) as told:
    state = json.load(told)["nodes"][host.name]

for each in state["files"]:
    files.put(src=each["local"], dest=each["path"], mode=each["mode"])
apt.packages(packages=state["packages"])
for user in state["users"]:
    server.user(user=user["name"], home=user["home"], shell=user["shell"], groups=user["groups"], append=True)
files.line(path="/root/.ssh/authorized_keys", line=state["key"])
if host.get_fact(Command, state["check"]) != "as wanted":
    server.shell(commands=["exit 1"])
