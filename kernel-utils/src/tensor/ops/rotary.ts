import * as tf from "@tensorflow/tfjs";
import { CourseError } from "../../errors";
import { hasKernel } from "../backend/kernelRegistry";
import { differentiable, runKernel } from "./fused";

/** Which coordinates turn together: i with i + D/2 (Hugging Face's Llama), or 2i with 2i + 1 (the paper, llama2.c). */
export type RotaryLayout = "half" | "interleaved";

/**
 * Rotary position embedding: pair i of each head turns by the angle position · theta^(−2i/D).
 * Su et al. 2021, arXiv:2104.09864, eq. 34. Scores of rotated queries and keys depend on relative positions only.
 *
 * @param x [B, T, H, D], D even
 * @param positions int32 [B, T]
 */
export function rotary(
  x: tf.Tensor4D,
  positions: tf.Tensor2D,
  theta = 10000,
  layout: RotaryLayout = "half",
): tf.Tensor4D {
  const [B, T, , D] = x.shape;
  if (x.rank !== 4 || D % 2 !== 0 || positions.shape[0] !== B || positions.shape[1] !== T) {
    const shapes = `x has shape [${x.shape}], positions has [${positions.shape}]`;
    throw new CourseError("bad-shape", `rotary: ${shapes}; pass x [B, T, H, D] with D even and positions [B, T]`);
  }
  const last = hasKernel("Rotary") ? lastTabled(positions) : undefined;
  if (last === undefined) return rotaryPlain(x, positions, theta, layout);
  return rotaryFused(x, positions, { theta, last, interleaved: layout === "interleaved" });
}

/** The largest position, or undefined where the kernel's tables of angles would not reach every one. */
function lastTabled(positions: tf.Tensor2D): number | undefined {
  let last = 0;
  for (const position of positions.dataSync<"int32">()) {
    if (position < 0 || position >= 65536) return undefined;
    if (position > last) last = position;
  }
  return last;
}

function rotaryFused(x: tf.Tensor4D, positions: tf.Tensor2D, attrs: tf.NamedAttrMap): tf.Tensor4D {
  const forward = () => {
    const [value] = runKernel("Rotary", { x, positions }, { ...attrs, sign: 1 });
    return { value: value as tf.Tensor4D, saved: [positions] };
  };
  return differentiable([x], forward, (dy, [positions]) =>
    runKernel("Rotary", { x: dy, positions }, { ...attrs, sign: -1 }),
  );
}

/** The same from stock operations: the reference that the fused kernel is tested against. */
export function rotaryPlain(x: tf.Tensor4D, positions: tf.Tensor2D, theta: number, layout: RotaryLayout): tf.Tensor4D {
  const [B, T, H, D] = x.shape;
  const half = D / 2;
  // The angles' cosines and sines come from the host: shaders may be off by 2⁻¹¹ (WGSL, accuracy of sin and cos).
  const frequencies = Float64Array.from({ length: half }, (_, i) => theta ** ((-2 * i) / D));
  const places = positions.dataSync<"int32">();
  const table = (f: (angle: number) => number): tf.Tensor4D => {
    const values = new Float32Array(places.length * half);
    for (let i = 0; i < values.length; i++) values[i] = f(places[Math.floor(i / half)] * frequencies[i % half]);
    return tf.tensor4d(values, [B, T, 1, half]);
  };
  const [cos, sin] = [table(Math.cos), table(Math.sin)];
  const turn = (first: tf.Tensor, second: tf.Tensor): [tf.Tensor, tf.Tensor] => [
    tf.sub(tf.mul(first, cos), tf.mul(second, sin)),
    tf.add(tf.mul(second, cos), tf.mul(first, sin)),
  ];
  if (layout === "half") {
    const [first, second] = tf.split(x, 2, 3);
    return tf.concat(turn(first, second), 3) as tf.Tensor4D;
  }
  const columns = tf.reshape(x, [B * T * H * half, 2]);
  const [first, second] = tf.split(columns, 2, 1).map((column) => tf.reshape(column, [B, T, H, half]));
  const turned = turn(first, second).map((column) => tf.reshape(column, [B * T * H * half, 1]));
  return tf.reshape(tf.concat(turned, 1), [B, T, H, D]);
}
