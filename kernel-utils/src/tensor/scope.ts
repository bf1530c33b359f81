import * as tf from "@tensorflow/tfjs";
import { CourseError } from "../errors";

const variableCount = (): number => Object.keys(tf.engine().registeredVariables).length;

/** The parts of the engine that TF.js keeps to itself. */
const engine = () => tf.engine() as unknown as { nextTensorId(): number; state: { gradientDepth: number } };

/** Counts taken when a scope opens; `check` compares them with what is left when it has closed. */
class Ledger {
  private readonly tensors = tf.memory().numTensors;
  private readonly variables = variableCount();
  private readonly firstNewId = engine().nextTensorId();

  constructor(private readonly name: string) {}

  check(result: tf.TensorContainer): void {
    if (engine().state.gradientDepth > 0) return; // the tape keeps what the backward pass needs, and frees it itself
    const made = tf.memory().numTensors - this.tensors;
    const returned = new Set<tf.Tensor>();
    for (const tensor of tensorsIn(result)) if (tensor.id > this.firstNewId) returned.add(tensor);
    const returnedVariables = [...returned].filter((tensor) => tensor instanceof tf.Variable).length;
    const leaked = made - (returned.size - returnedVariables) - (variableCount() - this.variables);
    if (leaked <= 0) return;
    const what = `${leaked} tensor${leaked === 1 ? "" : "s"} outlived the scope without being returned`;
    throw new CourseError(
      "leak",
      `scope "${this.name}": ${what}; return what is needed and dispose of what tf.keep kept`,
    );
  }
}

function tensorsIn(container: tf.TensorContainer): tf.Tensor[] {
  if (container instanceof tf.Tensor) return [container];
  if (container === null || typeof container !== "object") return [];
  return Object.values(container).flatMap((value) => tensorsIn(value as tf.TensorContainer));
}

/**
 * Runs `body` like tf.tidy and proves that nothing else survives: only the returned tensors, and variables made on
 * purpose. Inside a gradient it only tidies, since the tape holds tensors of its own there.
 *
 * @throws CourseError "leak" naming how many tensors are left over
 */
export function scope<T extends tf.TensorContainer>(name: string, body: () => T): T {
  const ledger = new Ledger(name);
  const result = tf.tidy(body);
  ledger.check(result);
  return result;
}

/** `scope` for a body that awaits. Scopes nest; two of them must not run side by side, as TF.js has one stack of scopes. */
export async function scopeAsync<T extends tf.TensorContainer>(name: string, body: () => Promise<T>): Promise<T> {
  const ledger = new Ledger(name);
  tf.engine().startScope(name);
  let result: T | undefined;
  try {
    result = await body();
  } finally {
    tf.engine().endScope(result as tf.TensorContainer);
  }
  ledger.check(result);
  return result;
}
