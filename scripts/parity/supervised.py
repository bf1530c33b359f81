"""SFT and the reward model."""

import torch
from trl import RewardConfig, RewardTrainer, SFTConfig, SFTTrainer
from trl.trainer.utils import add_fused_lm_head

from harness import Tap, bare, counted, means, padded, settings


def sft(material, config):
    args = settings(SFTConfig, config)
    batch = padded(material.request["rows"]["pairs"])
    model = material.model("policy")
    add_fused_lm_head(model, outputs=("log_probs", "entropy", "is_top1"))
    trainer = bare(SFTTrainer, model, args, compute_loss_func=None, label_smoother=None)
    tap = Tap(model)
    labels = batch["input_ids"].masked_fill(batch["completion_mask"] == 0, -100)
    loss = trainer.compute_loss(tap, {"input_ids": batch["input_ids"], "attention_mask": batch["attention_mask"], "labels": labels})
    loss.backward()
    gradients = counted(tap.log_probs.grad, batch["completion_mask"][:, 1:])
    return model, {"loss": loss.item(), "metrics": means(trainer._metrics["train"]), "tokenGradients": gradients}, {}


def reward(material, config):
    config = dict(config)
    with_margins = config.pop("margins", False)
    args = settings(RewardConfig, config)
    batch = padded(material.request["rows"]["pairs"])
    model = material.reward_model()
    inputs = {"input_ids": batch["input_ids"], "attention_mask": batch["attention_mask"]}
    with torch.no_grad():
        scores = model(**inputs).logits.squeeze(-1).tolist()
    if with_margins:
        inputs["margin"] = torch.tensor(material.request["labels"]["margins"])
    trainer = bare(RewardTrainer, model, args)
    loss = trainer.compute_loss(lambda margin=None, **rest: model(**rest), inputs)
    loss.backward()
    return model, {"loss": loss.item(), "metrics": means(trainer._metrics["train"])}, {"scores": scores}
