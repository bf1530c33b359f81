import { liveChart, recordDisplay, setDisplayHost } from "../../kernel-utils/src/notebook/display";
import type { FigureJson } from "../../kernel-utils/src/notebook/display/figure";
import type { DisplayTarget, MimeBundle } from "../../kernel-utils/src/notebook/display/host";

interface Sent {
  bundle: MimeBundle;
  target?: DisplayTarget;
}

/** What a kernel gets while `show` runs; the clock stands still unless `show` moves it. */
async function sentBy(
  show: (tick: (milliseconds: number) => void) => void | Promise<void>,
  canUpdate?: boolean,
): Promise<Sent[]> {
  const sent: Sent[] = [];
  let now = 1_000;
  const clock = jest.spyOn(Date, "now").mockImplementation(() => now);
  const before = setDisplayHost({
    kind: "kernel",
    canUpdate,
    publish: (bundle, target) => void sent.push({ bundle, target }),
  });
  try {
    await show((milliseconds) => {
      now += milliseconds;
    });
  } finally {
    setDisplayHost(before);
    clock.mockRestore();
  }
  return sent;
}

const figureIn = ({ bundle }: Sent) => bundle["application/vnd.plotly.v1+json"] as FigureJson | undefined;
const options = { title: "Loss", caption: "It falls.", series: { loss: { name: "loss" } } };

it("shows a figure once, moves it by small messages in another place, and leaves the finished figure", async () => {
  const sent = await sentBy((tick) => {
    const chart = liveChart(options);
    for (let step = 1; step <= 5; step++) {
      chart.add(step, { loss: 1 / step });
      tick(300);
    }
    chart.finish();
  });
  const [area, line] = [sent[0].target?.id, sent[1].target?.id];
  expect(area).not.toBe(line);
  expect(sent.map(({ target }) => [target?.id === area, target?.update])).toEqual([
    [true, false],
    [false, false], // the figure, and the line under it
    [false, true],
    [false, true],
    [false, true],
    [false, true],
    [true, true],
    [false, true], // the finished figure, and the line without its script
  ]);
  for (const { bundle } of sent.slice(1, 6)) expect(String(bundle["text/html"]).length).toBeLessThan(3_000);
  expect(figureIn(sent[6])?.data[0]).toMatchObject({ x: [1, 2, 3, 4, 5], y: [1, 0.5, 0.333333, 0.25, 0.2] });
  expect(sent[6].bundle["image/svg+xml"]).toContain("<svg");
  expect(sent[7].bundle).toEqual({ "text/plain": "step 5 · loss 0.2000" });
});

it("names in its messages the figure that the page shows", async () => {
  const sent = await sentBy((tick) => {
    const chart = liveChart(options);
    chart.add(1, { loss: 1 });
    tick(300);
    chart.add(2, { loss: 0.5 });
  });
  const id = /data-figure="([^"]+)"/.exec(String(sent[0].bundle["text/html"]))?.[1];
  expect(sent[2].bundle["text/html"]).toContain(`alignmentFigures.update("${id}", [{`);
});

it("sends at most four messages a second, however fast the steps", async () => {
  const sent = await sentBy((tick) => {
    const chart = liveChart(options);
    for (let step = 1; step <= 10_000; step++) {
      chart.add(step, { loss: 1 / step });
      tick(1); // ten seconds in all
    }
    chart.finish();
  });
  const moves = sent.filter(({ bundle }) => String(bundle["text/html"]).includes('alignmentFigures.update("')).length;
  expect(moves).toBeGreaterThan(35);
  expect(moves).toBeLessThanOrEqual(40);
  const largest = Math.max(...sent.slice(1, -2).map(({ bundle }) => String(bundle["text/html"]).length));
  expect(largest).toBeLessThan(20_000); // thinned while it moves
  expect(figureIn(sent[sent.length - 2])?.data[0].x).toHaveLength(10_000); // whole at the end
});

it("is one figure at the end where outputs cannot be updated, and in tests", async () => {
  const train = () => {
    const chart = liveChart(options);
    for (let step = 1; step <= 3; step++) chart.add(step, { loss: step });
    chart.finish();
  };
  expect(await sentBy(train, false)).toHaveLength(1);
  expect(recordDisplay(train).outputs).toHaveLength(1);
});

it("ends the same however fast it was fed", async () => {
  const finished = async (pause: number) => {
    const sent = await sentBy((tick) => {
      const chart = liveChart(options);
      for (let step = 1; step <= 20; step++) {
        chart.add(step, { loss: 1 / step });
        tick(pause);
      }
      chart.finish();
    });
    return sent.flatMap((one) => figureIn(one) ?? []).pop();
  };
  expect(await finished(1)).toEqual(await finished(400));
});

it("follows a trainer, gives back its run, and finishes even when it fails", async () => {
  const results: unknown[] = [];
  const sent = await sentBy(async () => {
    const chart = liveChart(options);
    results.push(
      await chart.follow(async (onStep) => {
        onStep({ step: 1, metrics: { loss: 2, grad_norm: 9 } });
        return "the run";
      }),
    );
    const failing = liveChart({ ...options, title: "Fails" }).follow(async (onStep) => {
      onStep({ step: 1, metrics: { loss: Number.NaN } });
      throw new Error("not finite");
    });
    await expect(failing).rejects.toThrow("not finite");
  });
  expect(results).toEqual(["the run"]);
  expect(sent.filter((one) => figureIn(one) && one.target?.update)).toHaveLength(2);
});

it("draws series of different size in panels of their own", async () => {
  const { outputs } = recordDisplay(() => {
    const chart = liveChart({
      ...{ title: "PPO", caption: "Reward and what it costs." },
      series: { "objective/scores": { panel: "score" }, "objective/kl": { panel: "KL, nats a reply" } },
    });
    chart.add(1, { "objective/scores": 0.4, "objective/kl": 3 });
    chart.add(2, { "objective/scores": 0.5, "objective/kl": 5 });
    chart.finish();
  });
  const { data, layout } = outputs[0]["application/vnd.plotly.v1+json"] as FigureJson;
  expect(data.map(({ xaxis, y }) => [xaxis, y])).toEqual([
    ["x", [0.4, 0.5]],
    ["x2", [3, 5]],
  ]);
  expect(layout).toMatchObject({ showlegend: false, annotations: [{ text: "score" }, { text: "KL, nats a reply" }] });
});

it.each([
  ["no series", () => liveChart({ title: "t", caption: "", series: {} }), /liveChart: "t" has no series/],
  [
    "no known metric",
    () => liveChart({ ...options, title: "t" }).add(1, { lose: 1 }),
    /"t" draws loss; the step has lose/,
  ],
  ["nothing to finish", () => liveChart({ ...options, title: "t" }).finish(), /"t" has no values/],
])("refuses %s", (_what, act, message) => expect(act).toThrow(message));

/**
 * Of training steps of a millisecond, under a kernel that takes every message as text, as a real one does. Processor time,
 * and the best of five rounds: what else runs on the machine is not the chart's.
 */
it("takes under a fiftieth of a training of short steps", async () => {
  const publish = (bundle: MimeBundle) => void JSON.stringify(bundle);
  const before = setDisplayHost({ kind: "kernel", publish });
  try {
    const chart = liveChart(options);
    chart.add(0, { loss: 1 }); // the library, once
    const shares: number[] = [];
    for (let round = 0; round < 5; round++) {
      let spent = 0;
      const started = performance.now();
      for (let step = 1; step <= 400; step++) {
        while (performance.now() < started + step) {}
        const begun = process.cpuUsage();
        chart.add(400 * round + step, { loss: 1 / step });
        const { user, system } = process.cpuUsage(begun);
        spent += (user + system) / 1000;
      }
      shares.push(spent / (performance.now() - started));
    }
    expect(Math.min(...shares)).toBeLessThan(0.02);
  } finally {
    setDisplayHost(before);
  }
});
