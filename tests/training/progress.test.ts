import { ProgressLine } from "../../kernel-utils/src/training/progress";

/** What a progress line of ten steps writes when the clock stands at these milliseconds, one reading a call. */
function written(isTTY: boolean, enabled: boolean, clock: number[]): string {
  const parts: string[] = [];
  const stream = { isTTY, write: (part: string) => parts.push(part) };
  const now = jest.spyOn(performance, "now");
  for (const time of clock) now.mockReturnValueOnce(time);
  const line = new ProgressLine("SftTrainer", 10, enabled, 0, stream as never);
  for (let step = 1; step < clock.length; step++) line.update(step, 2.5);
  line.end();
  now.mockRestore();
  return parts.join("");
}

it("redraws one line on a terminal, with the time that the steps so far predict", () => {
  // two steps in 4 s: eight more take 16 s
  expect(written(true, true, [1000, 3000, 5000])).toBe(
    "\r\x1b[KSftTrainer step 1/10  loss 2.5000  18 s left\r\x1b[KSftTrainer step 2/10  loss 2.5000  16 s left\n",
  );
});

it("writes a line now and then elsewhere", () => {
  expect(written(false, true, [10_000, 11_000, 12_000, 17_000])).toBe(
    "SftTrainer step 1/10  loss 2.5000  9 s left\nSftTrainer step 3/10  loss 2.5000  16 s left\n",
  );
});

it("is silent unless asked", () => expect(written(true, false, [0, 9000])).toBe(""));
