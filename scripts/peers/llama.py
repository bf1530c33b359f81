"""A Llama in plain PyTorch, as short and as fast as eager code gets: the yardstick of a training step."""

import torch
from torch import nn
from torch.nn import functional as F


def rotate(x: torch.Tensor, cos: torch.Tensor, sin: torch.Tensor) -> torch.Tensor:
    """Rotary embedding, Hugging Face's layout: unit i turns with unit i + D/2. x [B, H, T, D], cos and sin [T, D/2]."""
    first, second = x.chunk(2, dim=-1)
    return torch.cat((first * cos - second * sin, second * cos + first * sin), dim=-1)


class Layer(nn.Module):
    def __init__(self, config: dict):
        super().__init__()
        d, inner = config["hidden_size"], config["intermediate_size"]
        self.heads = config["num_attention_heads"]
        self.epsilon = config["rms_norm_eps"]
        self.input_layernorm = nn.Parameter(torch.ones(d))
        self.post_attention_layernorm = nn.Parameter(torch.ones(d))
        self.qkv = nn.Linear(d, 3 * d, bias=False)
        self.output = nn.Linear(d, d, bias=False)
        self.gate_up = nn.Linear(d, 2 * inner, bias=False)
        self.down = nn.Linear(inner, d, bias=False)

    def forward(self, x: torch.Tensor, cos: torch.Tensor, sin: torch.Tensor) -> torch.Tensor:
        B, T, d = x.shape
        normed = F.rms_norm(x, (d,), self.input_layernorm, self.epsilon)
        q, k, v = self.qkv(normed).view(B, T, 3, self.heads, -1).permute(2, 0, 3, 1, 4)
        mixed = F.scaled_dot_product_attention(rotate(q, cos, sin), rotate(k, cos, sin), v, is_causal=True)
        x = x + self.output(mixed.transpose(1, 2).reshape(B, T, d))
        normed = F.rms_norm(x, (d,), self.post_attention_layernorm, self.epsilon)
        gate, up = self.gate_up(normed).chunk(2, dim=-1)
        return x + self.down(F.silu(gate) * up)


class Llama(nn.Module):
    """Projections that read the same input are one product. The output projection is the embedding table."""

    def __init__(self, config: dict, weights: dict[str, torch.Tensor]):
        super().__init__()
        if config["num_key_value_heads"] != config["num_attention_heads"] or not config["tie_word_embeddings"]:
            raise ValueError("the plain Llama has as many key/value heads as heads, and one table")
        self.epsilon = config["rms_norm_eps"]
        self.table = nn.Parameter(weights["model.embed_tokens.weight"].clone())
        self.norm = nn.Parameter(weights["model.norm.weight"].clone())
        self.layers = nn.ModuleList(Layer(config) for _ in range(config["num_hidden_layers"]))
        half = config["head_dim"] // 2
        frequencies = config["rope_theta"] ** (-torch.arange(half, dtype=torch.float32) / half)
        angles = torch.outer(torch.arange(config["max_position_embeddings"], dtype=torch.float32), frequencies)
        self.register_buffer("cos", angles.cos())
        self.register_buffer("sin", angles.sin())
        for index, layer in enumerate(self.layers):
            load_layer(layer, f"model.layers.{index}.", weights)

    def forward(self, tokens: torch.Tensor) -> torch.Tensor:
        """Logits of every position that has a successor: tokens [B, T] to [B, T - 1, V]."""
        T = tokens.shape[1]
        x = F.embedding(tokens, self.table)
        for layer in self.layers:
            x = layer(x, self.cos[:T], self.sin[:T])
        return F.linear(F.rms_norm(x[:, :-1], x.shape[-1:], self.norm, self.epsilon), self.table)


@torch.no_grad()
def load_layer(layer: Layer, prefix: str, weights: dict[str, torch.Tensor]) -> None:
    def join(*parts: str) -> torch.Tensor:
        return torch.cat([weights[f"{prefix}{part}.weight"] for part in parts])

    layer.input_layernorm.copy_(weights[f"{prefix}input_layernorm.weight"])
    layer.post_attention_layernorm.copy_(weights[f"{prefix}post_attention_layernorm.weight"])
    layer.qkv.weight.copy_(join("self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj"))
    layer.output.weight.copy_(join("self_attn.o_proj"))
    layer.gate_up.weight.copy_(join("mlp.gate_proj", "mlp.up_proj"))
    layer.down.weight.copy_(join("mlp.down_proj"))
