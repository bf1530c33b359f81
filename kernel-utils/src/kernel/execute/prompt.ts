import { Interrupted } from "./cellRunner";
import { send } from "./channel";
import type { Control } from "./control";
import { flushStreams, runOfNow } from "./streams";

/** `prompt` and `password` for cells, as browsers have the first: the answer is there when the call returns. */
export function announcePrompts(control: Control, isAllowed: () => boolean): void {
  const ask =
    (name: string, password: boolean) =>
    (message = ""): string | null => {
      if (!isAllowed()) {
        throw new Error(`${name}: this front end cannot be asked; run the notebook where somebody can answer`);
      }
      flushStreams();
      const prompt = String(message);
      const value = control.waitForInput(() => send({ type: "input", run: runOfNow(), prompt, password }));
      if (value === undefined) throw new Interrupted();
      return value;
    };
  Object.assign(globalThis, { prompt: ask("prompt", false), password: ask("password", true) });
}
