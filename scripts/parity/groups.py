"""GRPO and RLOO from given replies and rewards: TRL's own scoring and loss, with only sampling and reward calls replaced."""

from collections import defaultdict
from types import SimpleNamespace

import torch
from trl import GRPOConfig, GRPOTrainer, RLOOConfig, RLOOTrainer
from trl.trainer.utils import add_fused_lm_head

from harness import Tap, bare, counted, frozen_logps, means, padded, settings


class GivenReplies:
    """In place of sampling and of reward functions."""

    def _generate(self, prompts):
        rows = self.rows
        ids = [row["tokens"][: row["prompt"]] for row in rows], [row["tokens"][row["prompt"] :] for row in rows]
        texts = [""] * len(rows)
        return self.generated(*ids, texts)

    def _calculate_rewards(self, inputs, prompts, completions, completion_ids_list):
        return torch.tensor(self.rewards).reshape(-1, 1)


class Grpo(GivenReplies, GRPOTrainer):
    def generated(self, prompt_ids, completion_ids, texts):
        return prompt_ids, completion_ids, None, texts, None, {}, None, None


class Rloo(GivenReplies, RLOOTrainer):
    def generated(self, prompt_ids, completion_ids, texts):
        return prompt_ids, completion_ids, texts


def run(trainer_class, material, args, **attributes):
    rows, rewards = material.request["rows"]["groups"], material.request["labels"]["rewards"]
    batch = padded(rows)
    models = {role: material.model(role) for role in ("policy", "old", "reference")}
    forward = {"groups": {role: frozen_logps(model, batch) for role, model in models.items()}}
    for model in models.values():
        add_fused_lm_head(model, outputs=("log_probs", "entropy"))
    trainer = bare(
        trainer_class,
        models["old"],  # the policy that sampled
        args,
        rows=rows,
        rewards=rewards,
        ref_model=models["reference"],
        beta=args.beta,
        num_generations=len(rewards[0]),
        reward_weights=torch.ones(1),
        reward_func_names=["given"],
        reward_funcs=[None],
        epsilon_low=args.epsilon,
        epsilon_high=args.epsilon if args.epsilon_high is None else args.epsilon_high,
        pad_to_multiple_of=None,
        mask_truncated_completions=False,
        _tokenizer=SimpleNamespace(pad_token_id=0),
        _logs=defaultdict(list, rewards=defaultdict(list), extra=defaultdict(list)),
        _pending_extra_logs=defaultdict(list),
        _pending_metrics=defaultdict(list),
        log_multimodal=False,
        _entropy_bonus_enabled=False,
        current_gradient_accumulation_steps=1,
        **attributes,
    )
    scored = trainer._generate_and_score_completions([{"prompt": ""} for _ in rows])
    trainer.model = models["policy"]
    tap = Tap(models["policy"])
    loss = trainer._compute_loss(tap, scored)
    loss.backward()
    width = scored["completion_ids"].size(1)
    answer = {
        "loss": loss.item(),
        "metrics": means(trainer._metrics["train"]),
        "advantages": scored["advantages"].tolist(),
        "tokenGradients": counted(tap.log_probs.grad[:, -width:], scored["completion_mask"]),
    }
    return models["policy"], answer, forward


def grpo(material, config):
    # num_iterations 2: TRL then computes the log-probs of the policy that sampled, in place of taking them to be equal.
    size = len(material.request["rows"]["groups"])
    common = {"num_generations": 4, "num_iterations": 2, "per_device_train_batch_size": size, "gradient_accumulation_steps": 1}
    args = settings(GRPOConfig, config, **common)
    return run(
        Grpo,
        material,
        args,
        environment_factories=None,
        environments=None,
        tools=None,
        _is_vlm=False,
        num_iterations=args.num_iterations,
        use_vllm=False,
        vllm_importance_sampling_correction=False,
        multi_objective_aggregation=args.multi_objective_aggregation,
        scale_rewards=args.scale_rewards,
        loss_type=args.loss_type,
        importance_sampling_level=args.importance_sampling_level,
        off_policy_mask_threshold=None,
        top_entropy_quantile=args.top_entropy_quantile,
        max_completion_length=args.max_completion_length,
    )


def rloo(material, config):
    size = len(material.request["rows"]["groups"])
    args = settings(RLOOConfig, config, num_generations=4, per_device_train_batch_size=size)
    return run(
        Rloo,
        material,
        args,
        reward_clip_range=args.reward_clip_range,
        normalize_advantages=args.normalize_advantages,
    )
