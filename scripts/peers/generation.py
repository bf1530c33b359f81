"""Hugging Face's generate on the shared prompts: key/value cache, a batch at a time, no end token."""

import torch
from transformers import GenerationConfig

import shapes
from clock import time_each
from training import hugging_face_model


class Generation:
    def __init__(self, shape: str, sampled: bool):
        self.model = hugging_face_model(shape)[0].eval()
        self.prompts = torch.tensor(shapes.read(shape)["prompts"])
        self.mask = torch.ones_like(self.prompts)
        tokens = shapes.read(shape)["generation"]["newTokens"]
        # top_k 0 and top_p 1: the whole distribution, as the other side samples.
        sampling = {"do_sample": True, "temperature": 1.0, "top_k": 0, "top_p": 1.0} if sampled else {"do_sample": False}
        self.settings = GenerationConfig(
            max_new_tokens=tokens, min_new_tokens=tokens, eos_token_id=None, pad_token_id=0, use_cache=True, **sampling
        )
        self.model.generation_config = self.settings

    @torch.inference_mode()
    def tokens(self) -> list[list[int]]:
        output = self.model.generate(self.prompts, attention_mask=self.mask, generation_config=self.settings)
        return output[:, self.prompts.shape[1] :].tolist()

    def time(self, repetitions: int) -> list[dict[str, float]]:
        return time_each(repetitions, self.tokens)
