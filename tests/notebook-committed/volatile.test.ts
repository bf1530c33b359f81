/** What differs from run to run is taken out of outputs, and what looks like it stays. */
import { findVolatile, withoutVolatile } from "../../kernel-utils/src/notebook/committed";

it.each([
  ["400896 weights, 17 s; loss 5.90", "400896 weights, … s; loss 5.90", "a time"],
  ["80 steps in 8.25 s with all", "80 steps in … s with all", "a time"],
  ["took 12ms, 3.1 ms a step", "took … s, … s a step", "a time"],
  ["at 900 tokens/s", "at … s", "a time"],
  [
    "read from .cache/models/sft-seed0-3e7427a925d24d59 (base: 300 steps on wasm, seed 0)",
    "base: 300 steps on wasm, seed 0",
    "a cached model's path",
  ],
  [
    "backend wasm: SIMD kernels, 2 threads\n  not webgpu: no adapter\nnext",
    "backend wasm: SIMD kernels\nnext",
    "a missing backend",
  ],
  ["  no native BLAS found; `npx align accelerate` gets one\n", "", "a missing backend"],
  [
    "Error: no\n    at visible (/a/kernel-utils/dist/masked.js:42:15)\n    at [shapes]:2:1\n    at node:internal/x:1:2\n",
    "Error: no\n    at [shapes]:2:1\n",
    "a stack of files",
  ],
  ["made 2026-11-24T12:14:03.120Z", "made …", "a date"],
  ["wrote /home/ada/course/out.json.", "wrote …", "an absolute path"],
  ["<td>/tmp/x</td>", "<td>…</td>", "an absolute path"],
  ["wrote C:\\Users\\ada\\out.json", "wrote …", "an absolute path"],
])("%j becomes %j", (text, clean, what) => {
  expect(withoutVolatile(text)).toBe(clean);
  expect(findVolatile(text)?.what).toBe(what);
  expect(findVolatile(clean)).toBeUndefined();
});

it.each([
  "80 steps, 3 seeds, 2 s.d., 5 samples, 0.3 steps",
  "for A > 0 min caps ρ from above",
  "notebooks/06-dpo.ipynb and data/results/ipo-sweep.json",
  "<small>and/or</small> https://arxiv.org/abs/2305.18290 /opt",
  "\\frac{1}{2}\\sigma(s)",
])("%j stays", (text) => {
  expect(withoutVolatile(text)).toBe(text);
  expect(findVolatile(text)).toBeUndefined();
});
