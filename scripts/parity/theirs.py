"""The other half of `npm run parity`: what TRL computes on the tokens and checkpoints of a request.

usage: theirs.py FOLDER

Reads FOLDER/request.json and the checkpoints beside it; writes FOLDER/answer.json, and for each case the gradients of all
parameters as FOLDER/gradients/N.f32 (float32, one after another in the request's order of names).
"""

import json
import pathlib
import sys
import warnings

import torch
import transformers
import trl
from transformers import AutoModelForCausalLM, LlamaForSequenceClassification

from groups import grpo, rloo
from preferences import cpo, dpo, dpo_loss_types, kto, orpo
from supervised import reward, sft
from whole import whole_losses

FAMILIES = {"sft": sft, "reward": reward, "dpo": dpo, "kto": kto, "orpo": orpo, "cpo": cpo, "grpo": grpo, "rloo": rloo}


class Material:
    """The request, and fresh models for each case: TRL patches the ones it gets."""

    def __init__(self, folder: pathlib.Path):
        self.folder = folder
        self.request = json.loads((folder / "request.json").read_text())

    def model(self, role: str):
        return AutoModelForCausalLM.from_pretrained(
            self.folder / role, dtype=torch.float32, attn_implementation="eager"
        ).train()

    def reward_model(self):
        model = LlamaForSequenceClassification.from_pretrained(
            self.folder / "policy", dtype=torch.float32, num_labels=1, attn_implementation="eager"
        )
        with torch.no_grad():
            model.score.weight.copy_(torch.tensor(self.request["score"]))
        return model.train()


def flat_gradients(model, names: list[str]) -> torch.Tensor:
    found = dict(model.named_parameters())
    missing = [name for name in names if name not in found]
    if missing:
        raise ValueError(f"the model has no parameter {missing[0]}; it has {', '.join(found)}")
    return torch.cat([torch.zeros_like(found[n]).flatten() if found[n].grad is None else found[n].grad.flatten() for n in names])


def main() -> None:
    folder = pathlib.Path(sys.argv[1])
    warnings.filterwarnings("ignore")
    transformers.utils.logging.set_verbosity_error()
    transformers.utils.logging.disable_progress_bar()
    torch.set_num_threads(1)
    material = Material(folder)
    (folder / "gradients").mkdir(exist_ok=True)
    logps, cases = {}, []
    for number, case in enumerate(material.request["cases"]):
        try:
            model, answer, forward = FAMILIES[case["family"]](material, case["config"])
            names = material.request["names"]
            gradients = flat_gradients(model, names if case["family"] != "reward" else [*names, "score.weight"])
        except Exception as error:
            error.add_note(f"in case {case['name']}")
            raise
        gradients.numpy().astype("<f4").tofile(folder / "gradients" / f"{number}.f32")
        logps.update(forward)
        cases.append({"name": case["name"], **answer})
    whole = whole_losses(material)
    for case in cases:
        loss = whole.get(case["name"], case["loss"])
        if not abs(loss - case["loss"]) <= 1e-6 * max(abs(loss), 1):
            raise ValueError(f"{case['name']} costs {case['loss']} here and {loss} in the whole trainer")
    versions = {"trl": trl.__version__, "transformers": transformers.__version__, "torch": torch.__version__.split("+")[0]}
    answer = {"versions": versions, "dpoLossTypes": dpo_loss_types(material), "whole": list(whole), "logps": logps, "cases": cases}
    (folder / "answer.json").write_text(json.dumps(answer))


main()
