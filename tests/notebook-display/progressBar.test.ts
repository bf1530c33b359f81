import {
  type DisplayHost,
  type DisplayTarget,
  type MimeBundle,
  progressBar,
  setDisplayHost,
} from "../../kernel-utils/src/notebook/display";
import { ProgressLine } from "../../kernel-utils/src/training/progress";

interface Sent {
  at: number;
  bundle: MimeBundle;
  target?: DisplayTarget;
}

/** What a kernel is sent while `show` runs; the clock moves only when told. */
function sentBy(show: () => void, host: Partial<DisplayHost> = {}): Sent[] {
  const sent: Sent[] = [];
  const publish = (bundle: MimeBundle, target?: DisplayTarget) => void sent.push({ at: Date.now(), bundle, target });
  jest.useFakeTimers({ now: 1_000_000 });
  const before = setDisplayHost({ kind: "kernel", publish, ...host });
  try {
    show();
  } finally {
    setDisplayHost(before);
    jest.useRealTimers();
  }
  return sent;
}

const train = (label = "SFT"): void => {
  const bar = progressBar(label, 240);
  for (let step = 1; step <= 240; step++) {
    jest.advanceTimersByTime(10);
    bar.update(step, `loss ${step}`);
  }
  bar.finish();
};

describe("a progress bar in a notebook", () => {
  it("fills one display area in place", () => {
    const sent = sentBy(train);
    expect(sent.map(({ target }) => target?.update)).toEqual([false, ...Array(sent.length - 1).fill(true)]);
    expect(new Set(sent.map(({ target }) => target?.id)).size).toBe(1);
    expect(sent[0].bundle["text/plain"]).toBe("SFT ░░░░░░░░░░░░░░░░░░░░░░░░ 0 % · 0.0 s · loss 1");
    expect(sent[4].bundle["text/plain"]).toBe("SFT ██████████████░░░░░░░░░░ 57 % · 1.4 s · loss 137");
  });

  it("never sends more than four messages within a second, the last one included", () => {
    const times = sentBy(train).map(({ at }) => at);
    const withinASecond = times.map((from) => times.filter((at) => at >= from && at < from + 1000).length);
    expect(Math.max(...withinASecond)).toBeLessThanOrEqual(4);
    expect(times.length).toBeGreaterThan(6); // 2.4 s of training
  });

  it("is a labelled progress element while it runs", () => {
    const [{ bundle }] = sentBy(() => train("<SFT>"));
    expect(bundle["text/html"]).toBe(
      '<div><label>&lt;SFT&gt; <progress max="240" value="1">0 %</progress></label> 0 % · 0.0 s · loss 1</div>',
    );
  });

  it("ends on a few words that are the same on every machine", () => {
    const ends = (finish: (bar: ReturnType<typeof progressBar>) => void, unit?: string) =>
      sentBy(() => {
        const bar = progressBar("SFT", 1240, { unit });
        bar.update(12);
        finish(bar);
        bar.update(13);
        bar.stop();
      }).at(-1)?.bundle;
    expect(ends((bar) => bar.finish())).toEqual({ "text/plain": "SFT: 1,240 steps" });
    expect(ends((bar) => bar.finish("stopped early"), "query")).toEqual({
      "text/plain": "SFT: 1,240 queries · stopped early",
    });
    expect(ends((bar) => bar.stop())).toEqual({ "text/plain": "SFT: stopped after 12 of 1,240 steps" });
  });

  it("is shown once, at its end, where nothing can be updated", () => {
    const sent = sentBy(train, { canUpdate: false });
    expect(sent.map(({ bundle, target }) => [bundle, target])).toEqual([
      [{ "text/plain": "SFT: 240 steps" }, undefined],
    ]);
  });
});

describe("a run's progress in a notebook", () => {
  const run = (steps: number) => () => {
    const line = new ProgressLine("SftTrainer", 240, true);
    for (let step = 1; step <= steps; step++) {
      jest.advanceTimersByTime(60);
      line.update(step, 2.5);
    }
    line.end();
  };
  it("says the loss and the time left while it runs, and neither at the end", () => {
    const sent = sentBy(run(240));
    expect(sent[0].bundle["text/plain"]).toMatch(/· loss 2\.5000 {2}14 s left$/);
    expect(sent.at(-1)?.bundle).toEqual({ "text/plain": "SftTrainer: 240 steps" });
  });
  it("says where it broke off", () => {
    expect(sentBy(run(7)).at(-1)?.bundle).toEqual({ "text/plain": "SftTrainer: stopped after 7 of 240 steps" });
    expect(sentBy(run(0))).toEqual([]);
  });
});
