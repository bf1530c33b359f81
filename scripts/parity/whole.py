"""Trainers built in the ordinary way, from a data set of texts, whose first batch must cost what the bare ones say: so nothing
that a trainer's `__init__`, tokenizing, collator or sampler does is missing from the comparison."""

from datasets import Dataset
from transformers import AutoTokenizer
from trl import DPOConfig, DPOTrainer, KTOConfig, KTOTrainer, RewardConfig, RewardTrainer, SFTConfig, SFTTrainer

from harness import settings


def texts(tokenizer, row: dict) -> tuple[str, str]:
    """Prompt and reply as text; the trainers append the end token themselves."""
    prompt, reply = row["tokens"][: row["prompt"]], row["tokens"][row["prompt"] : -1]
    return tokenizer.decode(prompt), f" {tokenizer.decode(reply)} "


def first_loss(trainer_class, config_class, material, records: list[dict], config: dict, reference=None) -> float:
    tokenizer = AutoTokenizer.from_pretrained(material.folder / "policy")
    model = material.reward_model() if trainer_class is RewardTrainer else material.model("policy")
    args = settings(
        config_class, config, per_device_train_batch_size=len(records), max_length=None, dataloader_pin_memory=False
    )
    more = {} if reference is None else {"ref_model": reference}
    trainer = trainer_class(
        model=model,
        args=args,
        train_dataset=Dataset.from_list(records),
        processing_class=tokenizer,
        **more,
    )
    trainer.model.train()
    return trainer.compute_loss(trainer.model, next(iter(trainer.get_train_dataloader()))).item()


def whole_losses(material) -> dict[str, float]:
    """By the name of the case that it must equal."""
    rows = material.request["rows"]
    tokenizer = AutoTokenizer.from_pretrained(material.folder / "policy")
    half = len(rows["pairs"]) // 2
    prompts, chosen = zip(*(texts(tokenizer, row) for row in rows["pairs"][:half]), strict=True)
    rejected = [texts(tokenizer, row)[1] for row in rows["pairs"][half:]]
    pairs = [{"prompt": p, "chosen": c, "rejected": r} for p, c, r in zip(prompts, chosen, rejected, strict=True)]
    plain = [dict(zip(("prompt", "completion"), texts(tokenizer, row), strict=True)) for row in rows["pairs"]]
    desirable = material.request["labels"]["desirable"]
    labelled = [
        dict(zip(("prompt", "completion"), texts(tokenizer, row), strict=True), label=bool(label))
        for row, label in zip(rows["labelled"], desirable, strict=True)
    ]
    losses = {}
    for case in material.request["cases"]:
        family, config, name = case["family"], case["config"], case["name"]
        if family == "dpo":
            losses[name] = first_loss(DPOTrainer, DPOConfig, material, pairs, config, material.model("reference"))
        if family == "kto" and "replies" not in config:
            losses[name] = first_loss(KTOTrainer, KTOConfig, material, labelled, config, material.model("reference"))
        if family == "reward":
            settled = {name: value for name, value in config.items() if name != "margins"}
            margins = material.request["labels"]["margins"] if "margins" in config else None
            scored = [dict(pair, margin=margins[n]) for n, pair in enumerate(pairs)] if margins else pairs
            losses[name] = first_loss(RewardTrainer, RewardConfig, material, scored, settled)
        if family == "sft":
            losses[name] = first_loss(SFTTrainer, SFTConfig, material, plain, config)
    return losses
