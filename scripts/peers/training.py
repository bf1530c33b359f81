"""A training step in PyTorch: of the plain Llama, and of Hugging Face's LlamaForCausalLM with SDPA attention."""

import torch
from llama import Llama
from torch.nn import functional as F
from transformers import AutoModelForCausalLM

import shapes
from clock import time_each

SETTINGS = {"betas": (0.9, 0.95), "eps": 1e-8}
DECAY = 0.01
LEARNING, PREFERRING = 1e-3, 1e-4  # learning rates of losses that are compared; a large one takes DPO to 0 at once
STANDING = 1e-6  # for timings


def plain_model(shape: str):
    model = Llama(shapes.config(shape), shapes.weights(shape))

    def loss(rows: torch.Tensor) -> torch.Tensor:
        return F.cross_entropy(model(rows).flatten(0, 1), rows[:, 1:].flatten())

    return model, loss


def hugging_face_model(shape: str):
    model = AutoModelForCausalLM.from_pretrained(
        shapes.folder / shape, dtype=torch.float32, attn_implementation="sdpa"
    ).train()

    def loss(rows: torch.Tensor) -> torch.Tensor:
        return model(input_ids=rows, labels=rows, use_cache=False).loss

    return model, loss


MODELS = {"torch": plain_model, "transformers": hugging_face_model}


class Training:
    """AdamW in its fused form, the whole gradient clipped to norm 1, norms not decayed: as on the other side."""

    def __init__(self, peer: str, shape: str, rate: float = STANDING):
        self.model, self.loss = MODELS[peer](shape)
        self.rows = torch.tensor(shapes.read(shape)["rows"])
        self.parameters = list(self.model.parameters())
        groups = [
            {"params": [p for p in self.parameters if p.dim() > 1], "weight_decay": DECAY},
            {"params": [p for p in self.parameters if p.dim() == 1], "weight_decay": 0.0},
        ]
        self.optimizer = torch.optim.AdamW(groups, lr=rate, **SETTINGS, fused=True)

    def step(self) -> float:
        loss = self.loss(self.rows)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.parameters, 1.0, foreach=True)
        self.optimizer.step()
        self.optimizer.zero_grad(set_to_none=True)
        return loss.item()

    def losses(self, steps: int) -> list[float]:
        return [self.step() for _ in range(steps)]

    def time(self, repetitions: int) -> list[dict[str, float]]:
        return time_each(repetitions, self.step)
