/** `setImmediate`: as soon as messages have been heard. A timer of 0 would wait 4 ms after the fifth in a row. */
const { port1, port2 } = new MessageChannel();
const waiting = new Map<number, () => void>();
let last = 0;

(port1 as unknown as { onmessage(event: { data: number }): void }).onmessage = ({ data }) => {
  const callback = waiting.get(data);
  waiting.delete(data);
  callback?.();
};

// Node, where this is tested, would wait for messages for ever.
(port1 as { unref?(): void }).unref?.();

export function setImmediate<Args extends unknown[]>(callback: (...args: Args) => void, ...args: Args): number {
  waiting.set(++last, () => callback(...args));
  port2.postMessage(last);
  return last;
}

export const clearImmediate = (handle: number): void => void waiting.delete(handle);
