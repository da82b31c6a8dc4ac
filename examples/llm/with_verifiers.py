"""A taskset and an environment of verifiers, and a model that needs two tries: `pip install verifiers uv markscheme`.

The model is a server of this file's own on this machine; `vf-validate` and `vf-eval` are run as their users run them.
"""

import asyncio
import json
import os
import subprocess
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread

import verifiers.v1 as vf

from markscheme.datasets import dataset
from markscheme.datasets.adapters.verifiers import REPLIES, RowData, RowTask
from markscheme.datasets.hostile import paid

NAMES = ["attention/linear_rnn", "convolution/output_shape"]
KEYS = {row["question"].strip(): row["answer"] for row in dataset(NAMES, 4, "42")}


class Model(BaseHTTPRequestHandler):
    """It knows nothing at first, and the key when it is told that it was not right."""

    def do_POST(self):
        asked = json.loads(self.rfile.read(int(self.headers["content-length"])))
        said = [it for it in asked["messages"] if it["role"] == "user"]
        texts = [it["content"] if isinstance(it["content"], str) else it["content"][0]["text"] for it in said]
        text = f"So it is <answer>{KEYS[texts[0].strip()]}</answer>" if texts[1:] else "I do not know."
        message = {"role": "assistant", "content": text}
        choice = {"index": 0, "message": message, "finish_reason": "stop"}
        usage = {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2}
        body = {"id": "1", "object": "chat.completion", "created": 0, "model": asked["model"], "choices": [choice],
                "usage": usage}  # fmt: skip
        if asked.get("stream"):
            delta = body | {"object": "chat.completion.chunk", "choices": [choice | {"delta": message}]}
            content, kind = f"data: {json.dumps(delta)}\n\ndata: [DONE]\n\n".encode(), "text/event-stream"
        else:
            content, kind = json.dumps(body).encode(), "application/json"
        self.send_response(200)
        self.send_header("content-type", kind)
        self.send_header("content-length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_):
        """Say nothing."""


def ran(command, *options):
    words = [Path(sys.executable).parent / command, "exam-rows", *options]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{done.stdout}\n{done.stderr}")


with TemporaryDirectory() as folder:
    os.chdir(folder)
    os.environ["PYTHONPATH"] = os.pathsep.join([folder, os.environ.get("PYTHONPATH", "")])
    os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    Path("exam_rows.py").write_text(
        "from markscheme.datasets.adapters.verifiers import Rows, RowsEnv\n\n__all__ = ['Rows', 'RowsEnv']\n"
    )
    ran("vf-validate", "--taskset.names", json.dumps(NAMES), "--taskset.size", "8", "--taskset.seed", "42",
        "--runtime.type", "subprocess", "--rich", "false", "--run.name", "checked")  # fmt: skip
    print("validated:", json.loads(Path("outputs/checked/summary.json").read_text())["checks"])

    server = ThreadingHTTPServer(("127.0.0.1", 0), Model)
    Thread(target=server.serve_forever, daemon=True).start()
    for tries in (1, 3):
        ran("vf-eval", "--env.taskset.names", json.dumps(NAMES), "--env.taskset.size", "4", "--env.taskset.seed", "42",
            "--env.tries", str(tries), "--env.agent.harness.id", "null", "--env.agent.runtime.type", "subprocess",
            "--model", "mine", "--client.base-url", f"http://127.0.0.1:{server.server_port}/v1",
            "--no-rich", "--no-push", "--max-concurrent", "2", "--run.name", f"tries{tries}")  # fmt: skip
        episodes = [json.loads(line) for line in Path(f"outputs/tries{tries}/traces.jsonl").read_text().splitlines()]
        traces = [trace for episode in episodes for trace in episode["traces"]]
        assert all(trace["ok"] for trace in traces), traces[0]["errors"]
        rewards = [trace["rewards"]["marks"]["score"] for trace in traces]
        told = [node["message"]["content"] for node in traces[0]["nodes"] if node["message"]["role"] == "user"][1:]
        print(f"with {tries} tries: rewards {rewards}; told {told}")
        assert rewards == [0.0 if tries == 1 else 0.5] * len(KEYS)


async def earned(reply, row):
    """What verifiers records as the reward of a reply."""
    task = RowTask(RowData(prompt=row["question"], row=row))
    about = vf.TraceTask(type="RowTask", data=task.data, key=task.key, hash=task.hash)
    trace = vf.Trace(task=about, agent=vf.AgentInfo(config=vf.AgentConfig()), info={REPLIES: [reply]})
    await task.score(trace)
    return trace.reward


harm = paid(lambda reply, row: asyncio.run(earned(reply, row)), dataset(NAMES, 2, "42"))
print(f"hostile replies that earn something: {harm}")
assert not harm
