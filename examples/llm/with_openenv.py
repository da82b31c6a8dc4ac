"""An environment of OpenEnv, served over HTTP, and a client: `pip install openenv markscheme`."""

import socket
from threading import Thread
from time import sleep
from urllib.request import urlopen

import uvicorn
from openenv import GenericEnvClient

from markscheme.datasets import dataset
from markscheme.datasets.adapters.openenv import app
from markscheme.datasets.hostile import paid

with socket.socket() as free:
    free.bind(("127.0.0.1", 0))
    port = free.getsockname()[1]
names = ["attention/linear_rnn", "convolution/output_shape"]
server = uvicorn.Server(uvicorn.Config(app(names, 20, 42, tries=3), port=port, log_level="warning"))
serving = Thread(target=server.run, daemon=True)
serving.start()
while not server.started:
    sleep(0.05)
print(urlopen(f"http://127.0.0.1:{port}/markscheme/splits").read().decode())

rows = dataset(names, 20, 42, "train")  # the same rows as the server has; a model has none of them
with GenericEnvClient(base_url=f"http://127.0.0.1:{port}").sync() as client:
    asked = client.reset(split="train", index=0)
    print(asked.observation["text"][-120:])
    for text in ("I do not know.", f"It is not {rows[0]['answer']}.", rows[0]["answer"]):
        told = client.step({"text": text})
        print(f"{text!r}: reward {told.reward}, done {told.done}: {told.observation['text']!r}")
    assert told.done
    assert told.reward == 0.25, told.reward
    assert client.state()["earned"] == 0.25
    rewards = []
    for index in range(20):
        asked = client.reset(split="train", index=index)
        assert asked.observation["text"] == rows[index]["question"]
        rewards.append(client.step({"text": rows[index]["answer"]}).reward)
    print(f"the keys earn {sum(rewards) / len(rewards):.2f}")

    def earned(reply, row):
        """The reward of a reply; a client sends texts."""
        client.reset(split="train", index=rows.index(row))
        return client.step({"text": reply if isinstance(reply, str) else repr(reply)}).reward

    harm = paid(earned, [rows[0]])
    print(f"hostile replies that earn something: {harm}")
    assert not harm
server.should_exit = True
serving.join()
