"""Runs a pyinfra deploy again and again over connections that stay open: a line in, a line with milliseconds out."""
import json
import os
import sys
import time

from pyinfra.api import Config, Inventory, State
from pyinfra.api.connect import connect_all
from pyinfra.api.operations import run_ops
from pyinfra.api.state import StateStage
from pyinfra.context import ctx_config, ctx_inventory, ctx_state
from pyinfra_cli.util import load_deploy_file

with open(os.environ["PEERS_STATE"]) as told:
    known = json.load(told)
settings = {**known["ssh"], "ssh_user": "root"}


def begin():
    config = Config(PARALLEL=len(known["hosts"]))
    inventory = Inventory((known["hosts"], settings))
    state = State()
    ctx_config.set(config)
    ctx_inventory.set(inventory)
    ctx_state.set(state)
    state.init(inventory, config)
    return state


connected = begin()
connected.set_stage(StateStage.Connect)
connect_all(connected)
clients = {host.name: host.connector.client for host in connected.inventory}
print("connected", flush=True)
for line in sys.stdin:
    began = time.perf_counter()
    state = begin()
    for host in state.inventory:
        host.connector.client = clients[host.name]
        host.connected = True
        state.activate_host(host)
    state.set_stage(StateStage.Prepare)
    load_deploy_file(state, line.strip())
    state.set_stage(StateStage.Execute)
    run_ops(state, no_wait=True)
    took = (time.perf_counter() - began) * 1000
    results = [state.results[host] for host in state.inventory]
    failed = len(state.failed_hosts) + sum(result.error_ops for result in results)
    print(json.dumps({"ms": took, "failed": failed, "ops": sum(result.ops for result in results)}), flush=True)
