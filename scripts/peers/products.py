"""A product of two square matrices in PyTorch."""

import torch

from clock import time_each

OPERATIONS_PER_SAMPLE = 1e9  # as on the other side


class Product:
    def __init__(self, size: int, transposes: str):
        operands = [torch.randn(size, size) for _ in range(2)]
        self.a, self.b = (x.t() if letter == "t" else x for x, letter in zip(operands, transposes, strict=True))
        self.products = max(1, round(OPERATIONS_PER_SAMPLE / (2 * size**3)))

    @torch.inference_mode()
    def multiply(self) -> None:
        for _ in range(self.products):
            torch.mm(self.a, self.b)

    def time(self, repetitions: int) -> list[dict[str, float]]:
        timings = time_each(repetitions, self.multiply)
        return [{key: value / self.products for key, value in one.items()} for one in timings]
