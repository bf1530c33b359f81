"""TRL's DPOTrainer on the shared pairs: time between the ends of two optimizer steps of trainer.train()."""

import itertools
import tempfile

from datasets import Dataset
from transformers import AutoTokenizer, TrainerCallback
from trl import DPOConfig, DPOTrainer

import shapes
from clock import between, now
from training import DECAY, PREFERRING, SETTINGS, STANDING, hugging_face_model


class StepEnds(TrainerCallback):
    def __init__(self):
        self.ends = []
        self.losses = []

    def on_step_end(self, args, state, control, **kwargs):
        self.ends.append(now())

    def on_log(self, args, state, control, logs=None, **kwargs):
        if logs and "loss" in logs:
            self.losses.append(logs["loss"])


def records(shape: str, copies: int) -> Dataset:
    """The rendered prompt, as our chat template writes it; TRL appends the end token to a reply itself."""
    pairs = [
        {"prompt": f"<bos> <user> {p['prompt']} <assistant>", "chosen": f" {p['chosen']} ", "rejected": f" {p['rejected']} "}
        for p in shapes.read(shape)["pairs"]
    ]
    return Dataset.from_list(list(itertools.chain.from_iterable([pairs] * copies)))


def trainer(shape: str, steps: int, precompute: bool, log: bool, copies: int) -> tuple[DPOTrainer, StepEnds]:
    batch = shapes.read(shape)["shape"]["batch"]
    settings = DPOConfig(
        output_dir=tempfile.mkdtemp(dir=shapes.folder),
        max_steps=steps,
        per_device_train_batch_size=batch,
        gradient_accumulation_steps=1,
        gradient_checkpointing=False,
        bf16=False,
        use_cpu=True,
        learning_rate=PREFERRING if log else STANDING,
        adam_beta1=SETTINGS["betas"][0],
        adam_beta2=SETTINGS["betas"][1],
        adam_epsilon=SETTINGS["eps"],
        weight_decay=DECAY,
        max_grad_norm=1.0,
        optim="adamw_torch_fused",
        lr_scheduler_type="constant",
        beta=0.1,
        precompute_ref_log_probs=precompute,
        precompute_ref_batch_size=batch,
        logging_strategy="steps" if log else "no",
        logging_steps=1,
        logging_first_step=log,
        save_strategy="no",
        eval_strategy="no",
        report_to="none",
        disable_tqdm=True,
        dataloader_pin_memory=False,
        max_length=None,
    )
    ends = StepEnds()
    tokenizer = AutoTokenizer.from_pretrained(shapes.folder / shape)
    made = DPOTrainer(
        model=hugging_face_model(shape)[0],
        args=settings,
        train_dataset=records(shape, copies),
        processing_class=tokenizer,
        callbacks=[ends],
    )
    return made, ends


def check_lengths(made: DPOTrainer, shape: str) -> None:
    """Every row must be exactly as long as on the other side, or the comparison is void."""
    length = shapes.read(shape)["shape"]["length"]
    for row in made.train_dataset:
        for reply in ("chosen_ids", "rejected_ids"):
            found = len(row["prompt_ids"]) + len(row[reply])
            if found != length:
                raise ValueError(f"a TRL row has {found} tokens, ours {length}")


class Preferences:
    """One trainer a session, its train() called anew for each round; an epoch is longer than a round."""

    copies = 16

    def __init__(self, shape: str, precompute: bool):
        self.trainer, self.ends = trainer(shape, 1, precompute, log=False, copies=self.copies)
        check_lengths(self.trainer, shape)

    def time(self, repetitions: int) -> list[dict[str, float]]:
        if repetitions + 1 > self.copies:
            raise ValueError(f"{repetitions} steps a round; an epoch has {self.copies}")
        self.ends.ends.clear()
        self.trainer.args.max_steps = repetitions + 1
        self.trainer.train()
        return [between(start, end) for start, end in itertools.pairwise(self.ends.ends)]


def losses(shape: str, steps: int) -> list[float]:
    """Logged losses of the first steps, every batch the same pairs in some order."""
    made, ends = trainer(shape, steps, precompute=True, log=True, copies=1)
    made.train()
    return ends.losses
