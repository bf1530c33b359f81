"""What `ours.cjs` exported for a shape: weights, rows, pairs and prompts."""

import functools
import json
import os
from pathlib import Path

from safetensors.torch import load_file

folder = Path(os.environ["BENCH_FOLDER"])


@functools.cache
def read(shape: str) -> dict:
    return json.loads((folder / shape / "run.json").read_text())


@functools.cache
def config(shape: str) -> dict:
    return json.loads((folder / shape / "config.json").read_text())


@functools.cache
def weights(shape: str) -> dict:
    return load_file(folder / shape / "model.safetensors")
