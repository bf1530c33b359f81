"""DPO, KTO, ORPO and CPO (with SimPO)."""

import re
import warnings

import torch
from trl import DPOConfig, DPOTrainer, KTOConfig, KTOTrainer
from trl.trainer.utils import add_fused_lm_head

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from trl.experimental.cpo import CPOConfig, CPOTrainer
    from trl.experimental.orpo import ORPOConfig, ORPOTrainer

from harness import Tap, bare, counted, frozen_logps, means, padded, settings

FIELDS = ("log_probs", "entropy", "log_sum_sq_probs", "mean_logits", "is_top1")


def pair_with_reference(material):
    model, reference = material.model("policy"), material.model("reference").requires_grad_(False)
    return model, reference


def dpo(material, config):
    args = settings(DPOConfig, config)
    batch = padded(material.request["rows"]["pairs"])
    model, reference = pair_with_reference(material)
    forward = {"pairs": {"policy": frozen_logps(model, batch), "reference": frozen_logps(reference, batch)}}
    add_fused_lm_head(model, outputs=FIELDS)
    add_fused_lm_head(reference)
    types = args.loss_type if isinstance(args.loss_type, list) else [args.loss_type]
    trainer = bare(
        DPOTrainer,
        model,
        args,
        ref_model=reference,
        beta=args.beta,
        ld_alpha=args.ld_alpha,
        loss_types=types,
        loss_weights=[1.0] * len(types),
        label_smoothing=args.label_smoothing,
        f_divergence_type=getattr(args.f_divergence_type, "value", args.f_divergence_type),
        f_alpha_divergence_coef=args.f_alpha_divergence_coef,
        use_weighting=args.use_weighting,
        precompute_ref_logps=False,
    )
    tap = Tap(model)
    loss = trainer._compute_loss(tap, batch, False)
    loss.backward()
    gradients = counted(tap.log_probs.grad, batch["completion_mask"][:, 1:])
    return model, {"loss": loss.item(), "metrics": means(trainer._metrics["train"]), "tokenGradients": gradients}, forward


def dpo_loss_types(material) -> list[str]:
    """All that this release has, as its own refusal lists them."""
    try:
        dpo(material, {"loss_type": "none such"})
    except ValueError as refusal:
        return re.findall(r"'(\w+)'", str(refusal))
    raise ValueError("TRL took a loss type that does not exist; its list has to be found in another way")


def kto(material, config):
    config = dict(config)
    other = config.pop("replies", "mismatched")
    args = settings(KTOConfig, config)
    batch = padded(material.request["rows"]["labelled"])
    mismatched = padded(material.request["rows"][other])
    model, reference = pair_with_reference(material)
    forward = {
        "labelled": {"policy": frozen_logps(model, batch), "reference": frozen_logps(reference, batch)},
        other: {"policy": frozen_logps(model, mismatched), "reference": frozen_logps(reference, mismatched)},
    }
    add_fused_lm_head(model, outputs=FIELDS)
    add_fused_lm_head(reference)
    trainer = bare(
        KTOTrainer,
        model,
        args,
        ref_model=reference,
        beta=args.beta,
        loss_type=args.loss_type,
        desirable_weight=args.desirable_weight,
        undesirable_weight=args.undesirable_weight,
        calculate_KL=args.loss_type == "kto",
        precompute_ref_logps=False,
    )
    tap = Tap(model)
    inputs = {
        **batch,
        **{f"KL_{name}": value for name, value in mismatched.items()},
        "label": torch.tensor(material.request["labels"]["desirable"]).bool(),
    }
    loss = trainer._compute_loss(tap, inputs, False)
    loss.backward()
    gradients = counted(tap.log_probs.grad, batch["completion_mask"][:, 1:])
    return model, {"loss": loss.item(), "metrics": means(trainer._metrics["train"]), "tokenGradients": gradients}, forward


def concatenated(material):
    """The batch that the older trainers collate: chosen and rejected apart, labels of -100 on the prompt."""
    rows = material.request["rows"]["pairs"]
    half = len(rows) // 2
    batch = {}
    for name, part in (("chosen", rows[:half]), ("rejected", rows[half:])):
        own = padded(part)
        batch[f"{name}_input_ids"] = own["input_ids"]
        batch[f"{name}_attention_mask"] = own["attention_mask"]
        batch[f"{name}_labels"] = own["input_ids"].masked_fill(own["completion_mask"] == 0, -100)
    return batch


def older(trainer_class, material, args, **attributes):
    model = material.model("policy")
    documents = frozen_logps(model, padded(material.request["rows"]["documents"]))
    trainer = bare(trainer_class, model, args, is_encoder_decoder=False, beta=args.beta, **attributes)
    loss, metrics = trainer.get_batch_loss_metrics(model, concatenated(material))
    loss.backward()
    return model, {"loss": loss.item(), "metrics": metrics}, {"documents": {"policy": documents}}


def orpo(material, config):
    return older(ORPOTrainer, material, settings(ORPOConfig, config), padding_value=0)


def cpo(material, config):
    args = settings(CPOConfig, config)
    return older(
        CPOTrainer,
        material,
        args,
        pad_token_id=0,
        loss_type=args.loss_type,
        label_smoothing=args.label_smoothing,
        alpha=args.alpha,
        cpo_alpha=args.cpo_alpha,
        simpo_gamma=args.simpo_gamma,
    )
