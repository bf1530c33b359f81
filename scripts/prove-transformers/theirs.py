"""The other half of `npm run prove:transformers`: what Hugging Face's transformers computes.

usage: theirs.py FOLDER

Reads FOLDER/request.json: token ids, texts, conversations, and the checkpoints that kernel-utils wrote. Writes for each of
them the logits (float32, row-major [B, T, V]) and token ids that transformers gets, then writes checkpoints of its own
in FOLDER/theirs with the same; FOLDER/answer.json describes all of it.
"""

import json
import pathlib
import sys

import torch
import transformers
from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers
from transformers import AutoModelForCausalLM, AutoTokenizer, LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast


def logits_of(model, tokens, vocabulary):
    """Float32 logits of the tokens, folded into the vocabulary, without a cache."""
    ids = torch.tensor(tokens) % vocabulary
    with torch.no_grad():
        return model.float().eval()(ids, use_cache=False).logits


def answer_for(folder, request, dtype=torch.float32):
    """Opens a checkpoint the way anyone would and says what comes out."""
    model, notes = AutoModelForCausalLM.from_pretrained(folder, dtype=dtype, output_loading_info=True)
    tokenizer = AutoTokenizer.from_pretrained(folder)
    logits = logits_of(model, request["tokens"], model.config.vocab_size)
    target = pathlib.Path(f"{folder}.logits")
    logits.contiguous().numpy().astype("<f4").tofile(target)
    ids = [tokenizer.encode(text, add_special_tokens=False) for text in request["texts"]]
    sampled = [[id % len(tokenizer) for id in row] for row in request["idRows"]]
    answer = {
        "missing": sorted(map(str, notes["missing_keys"])),
        "unexpected": sorted(map(str, notes["unexpected_keys"])),
        "ids": ids,
        "framed": [tokenizer.encode(text) for text in request["texts"]],
        "sampled": sampled,
        "decoded": [tokenizer.decode(row, skip_special_tokens=True) for row in ids + sampled],
        "decodedWithSpecial": [tokenizer.decode(row, skip_special_tokens=False) for row in ids + sampled],
        "special": [tokenizer.bos_token_id, tokenizer.eos_token_id, tokenizer.pad_token_id],
        "eos": model.generation_config.eos_token_id,
        "tokenizerClass": type(tokenizer).__name__,
    }
    if tokenizer.chat_template:
        render = lambda messages: tokenizer.apply_chat_template(messages, add_generation_prompt=True, tokenize=False)
        answer["prompts"] = [
            tokenizer.encode(render(messages), add_special_tokens=False) for messages in request["conversations"]
        ]
    return model, answer


def check_rounding(folders):
    """Each half-precision weight must be what torch rounds the float32 weight to, bit for bit."""
    full = AutoModelForCausalLM.from_pretrained(folders["float32"], dtype=torch.float32).state_dict()
    differing = {}
    for name in ("bfloat16", "float16"):
        half = AutoModelForCausalLM.from_pretrained(folders[name], dtype=getattr(torch, name)).state_dict()
        bits = [(full[key].to(half[key].dtype).view(torch.int16) != half[key].view(torch.int16)).sum() for key in full]
        differing[name] = int(sum(bits))
        assert all(value.dtype == getattr(torch, name) for value in half.values()), name
    return differing


CHAT = (
    "{{ bos_token }}{% for message in messages %}<|{{ message['role'] }}|>{{ message['content'] | trim }}\n"
    "{% endfor %}{% if add_generation_prompt %}<|assistant|>{% endif %}"
)


def byte_level(texts, size):
    tokenizer = Tokenizer(models.BPE())
    split = pre_tokenizers.Split(
        Regex(
            r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
        ),
        behavior="isolated",
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [split, pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)]
    )
    tokenizer.decoder = decoders.ByteLevel()
    special = ["<|begin|>", "<|end|>", "<|user|>", "<|assistant|>"]
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(vocab_size=size, special_tokens=special, initial_alphabet=alphabet, show_progress=False)
    tokenizer.train_from_iterator(texts, trainer)
    tokenizer.post_processor = processors.TemplateProcessing(single="<|begin|> $A", special_tokens=[("<|begin|>", 0)])
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, bos_token="<|begin|>", eos_token="<|end|>", chat_template=CHAT
    )


def sentencepiece_bpe(texts, size):
    """As Llama 2 has it: spaces are marks, characters outside the vocabulary fall back to bytes."""
    special = ["<unk>", "<s>", "</s>", *(f"<0x{byte:02X}>" for byte in range(256))]
    tokenizer = Tokenizer(models.BPE(unk_token="<unk>", fuse_unk=True, byte_fallback=True))
    tokenizer.normalizer = normalizers.Sequence([normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")])
    tokenizer.decoder = decoders.Sequence(
        [decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse(), decoders.Strip(" ", 1, 0)]
    )
    trainer = trainers.BpeTrainer(
        vocab_size=size, special_tokens=special, limit_alphabet=60, max_token_length=12, show_progress=False
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="never")  # words, for training only
    tokenizer.train_from_iterator(texts, trainer)
    content = json.loads(tokenizer.to_str())
    content["pre_tokenizer"] = None
    content["added_tokens"] = content["added_tokens"][:3]  # the bytes are pieces, not special tokens
    tokenizer = Tokenizer.from_str(json.dumps(content))
    tokenizer.post_processor = processors.TemplateProcessing(single="<s> $A", special_tokens=[("<s>", 1)])
    return PreTrainedTokenizerFast(tokenizer_object=tokenizer, bos_token="<s>", eos_token="</s>", unk_token="<unk>")


def sentencepiece_unigram(texts, size):
    tokenizer = Tokenizer(models.Unigram())
    tokenizer.normalizer = normalizers.NFKC()
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    tokenizer.decoder = decoders.Metaspace()
    trainer = trainers.UnigramTrainer(
        vocab_size=size, special_tokens=["<pad>", "</s>", "<unk>"], unk_token="<unk>", show_progress=False
    )
    tokenizer.train_from_iterator(texts, trainer)
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, eos_token="</s>", unk_token="<unk>", pad_token="<pad>"
    )


def old_style(folder):
    """config.json as releases before 5 wrote it, and with what those left out."""
    path = folder / "config.json"
    config = json.loads(path.read_text())
    theta = config.pop("rope_parameters")["rope_theta"]
    for field in ("head_dim", "num_key_value_heads", "architectures"):
        config.pop(field, None)
    config.update(rope_theta=theta, rope_scaling=None, torch_dtype=config.pop("dtype"), pretraining_tp=1)
    path.write_text(json.dumps(config))


# name, tokenizer, LlamaConfig fields, dtype, save_pretrained options, change afterwards
CASES = [
    ("grouped, tied, float32", byte_level, dict(num_key_value_heads=2, tie_word_embeddings=True), "float32", {}, None),
    ("untied, bfloat16", sentencepiece_bpe, dict(num_key_value_heads=1), "bfloat16", {}, None),
    ("wide heads, tied, float16", sentencepiece_unigram, dict(head_dim=24, tie_word_embeddings=True), "float16", {}, None),
    ("sharded, float32", byte_level, dict(num_key_value_heads=2), "float32", dict(max_shard_size="150KB"), None),
    ("sharded, bfloat16, two ends", byte_level, dict(eos_token_id=[5, 1], rope_theta=5e5), "bfloat16", dict(max_shard_size="90KB"), None),
    ("config of an older release", sentencepiece_bpe, dict(rope_theta=2e4), "float32", {}, old_style),
]


def write_theirs(root, request):
    answers = {}
    for number, (name, make, fields, dtype, options, change) in enumerate(CASES):
        folder = root / "theirs" / str(number)
        tokenizer = make(request["trainingTexts"], 600)
        torch.manual_seed(number)
        shape = dict(hidden_size=64, intermediate_size=160, num_hidden_layers=3, num_attention_heads=4)
        ends = dict(bos_token_id=tokenizer.bos_token_id, eos_token_id=tokenizer.eos_token_id, pad_token_id=tokenizer.pad_token_id)
        settings = {**shape, **ends, "rms_norm_eps": 1e-5, "initializer_range": 0.12, **fields}
        config = LlamaConfig(vocab_size=len(tokenizer) + 8, max_position_embeddings=128, **settings)
        model = LlamaForCausalLM(config)
        with torch.no_grad():
            for parameter in model.parameters():  # norms of 1 would hide a mistake
                parameter.add_(0.05 * torch.randn_like(parameter))
        model.to(getattr(torch, dtype)).save_pretrained(folder, **options)
        tokenizer.save_pretrained(folder)
        if change:
            change(folder)
        _, answer = answer_for(folder, request)
        files = sorted(path.name for path in folder.iterdir() if path.suffix == ".safetensors")
        answers[name] = {**answer, "folder": str(folder), "files": files}
    return answers


def check_fixtures(folder):
    """The values that the unit tests expect of the small tokenizers in tests/fixtures must be those of this release."""
    checked = 0
    for path in sorted(folder.glob("*.json")):
        fixture = json.loads(path.read_text())
        tokenizer = Tokenizer.from_str(json.dumps(fixture["tokenizer"]))
        for case in fixture["cases"]:
            ids = tokenizer.encode(case["text"], add_special_tokens=False).ids
            found = (ids, tokenizer.encode(case["text"]).ids, tokenizer.decode(ids))
            assert found == (case["ids"], case["framed"], case["decoded"]), (path.name, case, found)
            checked += 1
        for case in fixture["decoded"]:
            assert tokenizer.decode(case["ids"]) == case["text"], (path.name, case)
            checked += 1
    return checked


def main():
    root = pathlib.Path(sys.argv[1])
    request = json.loads((root / "request.json").read_text())
    torch.set_num_threads(1)
    transformers.utils.logging.disable_progress_bar()
    ours = {}
    for name, folder in request["ours"].items():
        model, answer = answer_for(folder, request)
        if name == request["greedyOf"]:
            start = torch.tensor([[1]])
            out = model.generate(
                start, attention_mask=torch.ones_like(start), do_sample=False, max_new_tokens=100, eos_token_id=1
            )
            answer["greedy"] = out[0, 1:].tolist()
        ours[name] = answer
    answer = {
        "versions": {"transformers": transformers.__version__, "torch": torch.__version__},
        "ours": ours,
        "rounding": check_rounding(request["rounding"]),
        "theirs": write_theirs(root, request),
        "fixtures": check_fixtures(pathlib.Path(request["fixtures"])),
    }
    (root / "answer.json").write_text(json.dumps(answer))


main()
