"""The other side of `npm run bench:peers`: times PyTorch, transformers and TRL, one JSON object a line in and out."""

import json
import os
import sys
import warnings

answers = os.fdopen(os.dup(1), "w")
os.dup2(2, 1)  # what libraries print goes to stderr

import torch  # noqa: E402

torch.set_num_threads(int(os.environ["BENCH_THREADS"]))
torch.set_num_interop_threads(1)
warnings.filterwarnings("ignore")

import datasets  # noqa: E402
import transformers  # noqa: E402
import trl  # noqa: E402

import preferences  # noqa: E402
from generation import Generation  # noqa: E402
from products import Product  # noqa: E402
from training import LEARNING, Training  # noqa: E402

transformers.logging.set_verbosity_error()
datasets.disable_progress_bars()
WARM_UPS = 3
open_sessions = {}


def open_session(peer: str, name: str):
    kind, shape = name.rsplit("-", 1)
    if kind.startswith("gemm-"):
        return Product(int(kind.removeprefix("gemm-")), shape)
    if kind == "train":
        return Training(peer, shape)
    if kind in ("generate", "generate-sampled"):
        return Generation(shape, sampled=kind == "generate-sampled")
    if kind in ("dpo", "dpo-reference"):
        return preferences.Preferences(shape, precompute=kind == "dpo")
    raise ValueError(f"no case {name}")


def answer(request: dict) -> dict:
    ask = request["ask"]
    if ask == "time":
        key = (request["peer"], request["name"])
        if key not in open_sessions:
            open_sessions[key] = open_session(*key)
            open_sessions[key].time(WARM_UPS)
        return {"times": open_sessions[key].time(request["repetitions"])}
    if ask == "losses" and request["kind"] == "train":
        return {"losses": Training(request["peer"], request["shape"], LEARNING).losses(request["steps"])}
    if ask == "losses":
        return {"losses": preferences.losses(request["shape"], request["steps"])}
    if ask == "tokens":
        return {"tokens": Generation(request["shape"], sampled=False).tokens()}
    versions = {module.__name__: module.__version__ for module in (torch, transformers, trl)}
    return {
        "versions": {"python": sys.version.split()[0], **versions},
        "threads": torch.get_num_threads(),
        "blas": "MKL" if torch.backends.mkl.is_available() else "not MKL",
        "capability": torch.backends.cpu.get_cpu_capability(),
    }


for line in sys.stdin:
    try:
        result = answer(json.loads(line))
    except Exception as error:  # one line to the caller, which decides
        result = {"error": f"{type(error).__name__}: {error}"}
    print(json.dumps(result), file=answers, flush=True)
