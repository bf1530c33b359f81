/** Milliseconds of one repetition, or of many summed. */
export interface Timing {
  /** On the wall: what a user waits for. On a busy machine it grows with what others do. */
  wall: number;
  /** Of processors, all threads of this process: with one thread what `wall` would be on a machine left alone. */
  processor: number;
}

export const now = (): Timing => {
  const { user, system } = process.cpuUsage();
  return { wall: performance.now(), processor: (user + system) / 1000 };
};

export const between = (start: Timing, end: Timing): Timing => ({
  wall: end.wall - start.wall,
  processor: end.processor - start.processor,
});

/** Timings of a body run again and again, one each. */
export async function timeEach(
  repetitions: number,
  onBoundary: (() => void) | undefined,
  body: () => Promise<unknown>,
): Promise<Timing[]> {
  onBoundary?.();
  const timings: Timing[] = [];
  for (let i = 0; i < repetitions; i++) {
    const start = now();
    await body();
    timings.push(between(start, now()));
    onBoundary?.();
  }
  return timings;
}
