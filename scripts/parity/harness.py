"""TRL's trainers without a data set or a loop: an object of the trainer's class that has never seen `__init__`, with the
attributes that its loss method reads, each copied from a real config. What runs is TRL's own method, unchanged."""

import tempfile
from collections import defaultdict

import torch
from accelerate import Accelerator

OUTPUT = tempfile.mkdtemp()


def settings(config_class, config: dict, **more):
    return config_class(output_dir=OUTPUT, use_cpu=True, bf16=False, gradient_checkpointing=False, report_to="none", **config, **more)


def bare(trainer_class, model, args, **attributes):
    trainer = object.__new__(trainer_class)
    trainer.__dict__.update(
        model=model,
        args=args,
        accelerator=Accelerator(cpu=True),  # anew: a config resets what all of them share
        aux_loss_enabled=False,
        _metrics={"train": defaultdict(list), "eval": defaultdict(list)},
        _total_train_tokens=0,
        _tp_size=1,
        **attributes,
    )
    return trainer


class Tap:
    """A model that keeps the log-probs [N, T-1] it gave and lets their gradient be read."""

    def __init__(self, model):
        self.model = model

    def __call__(self, *args, **kwargs):
        outputs = self.model(*args, **kwargs)
        if outputs.log_probs.requires_grad:
            outputs.log_probs.retain_grad()
            self.log_probs = outputs.log_probs
        return outputs

    def __getattr__(self, name):
        return getattr(self.model, name)


def padded(rows: list[dict]) -> dict[str, torch.Tensor]:
    """Right-padded ids [N, T], the mask of real tokens and the mask of replies."""
    width = max(len(row["tokens"]) for row in rows)
    ids, attention, reply = [], [], []
    for row in rows:
        n, gap = len(row["tokens"]), width - len(row["tokens"])
        ids.append(row["tokens"] + [0] * gap)
        attention.append([1] * n + [0] * gap)
        reply.append([0] * row["prompt"] + [1] * (n - row["prompt"]) + [0] * gap)
    return {"input_ids": torch.tensor(ids), "attention_mask": torch.tensor(attention), "completion_mask": torch.tensor(reply)}


def counted(values: torch.Tensor, mask: torch.Tensor) -> list[list[float]]:
    """Rows of [N, T] without what the mask leaves out."""
    return [row[keep.bool()].tolist() for row, keep in zip(values.detach(), mask, strict=True)]


def frozen_logps(model, batch: dict[str, torch.Tensor]) -> list[list[float]]:
    """Log-probs of the replies by Hugging Face's plain forward pass, so that TRL's fused one is under test too."""
    with torch.no_grad():
        logits = model(input_ids=batch["input_ids"], attention_mask=batch["attention_mask"], use_cache=False).logits
    picked = logits[:, :-1].log_softmax(-1).gather(-1, batch["input_ids"][:, 1:, None]).squeeze(-1)
    return counted(picked, batch["completion_mask"][:, 1:])


def means(metrics: dict[str, list[float]]) -> dict[str, float]:
    return {name: values[-1] for name, values in metrics.items()}
