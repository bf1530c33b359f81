import { trainingStep } from "./cases/trainingStep";
import { benchShapes } from "./shapes";
import { spreadOf } from "./statistics";

/** Rows of the step that `align doctor` takes: few, since it takes one on the slowest backend too. */
const ROWS = 2;

/** Speed of the backend in use at a small training step, in 10⁹ operations of matrix products a second. */
export async function measureStep(): Promise<number> {
  const step = trainingStep({ ...benchShapes.S, batch: ROWS });
  const session = await step.open();
  try {
    const times = await session.time(3);
    return step.flops / (spreadOf(times.map(({ wall }) => wall)).median * 1e6);
  } finally {
    session.dispose();
  }
}
