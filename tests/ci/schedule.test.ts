/** The lanes of continuous integration: side by side, in order, and never more than the machine has room for. */
interface Lane {
  name: string;
  slots?: number;
  after?: string[];
  needs?: string[];
}
type Schedule = (lanes: Lane[], slots: number, run: (lane: Lane) => Promise<boolean>) => Promise<Lane[]>;
const { schedule } = require("../../.ci/schedule.cjs") as { schedule: Schedule };

/** Runs the lanes with each one's end at our command: `end(name, ok)`; `started` is in order. */
function held(lanes: Lane[], slots: number) {
  const started: string[] = [];
  const ends = new Map<string, (ok: boolean) => void>();
  const notRun = schedule(lanes, slots, ({ name }) => {
    started.push(name);
    return new Promise((resolve) => ends.set(name, resolve));
  });
  const settle = () => new Promise((resolve) => setImmediate(resolve));
  const end = async (name: string, ok = true): Promise<void> => {
    ends.get(name)!(ok);
    await settle();
  };
  return { started, end, notRun, settle };
}

it("fills the slots in order, and each that comes free", async () => {
  const { started, end, notRun } = held([{ name: "a" }, { name: "b" }, { name: "c" }, { name: "d" }], 2);
  expect(started).toEqual(["a", "b"]);
  await end("b");
  expect(started).toEqual(["a", "b", "c"]);
  for (const name of ["a", "c", "d"]) await end(name);
  expect(await notRun).toEqual([]);
});

it("lets others pass a lane that waits for its turn, not one that waits for room", async () => {
  const lanes = [
    { name: "long" },
    { name: "second", after: ["long"] },
    { name: "short" },
    { name: "wide", slots: 9 },
    { name: "last" },
  ];
  const { started, end, notRun } = held(lanes, 2);
  expect(started).toEqual(["long", "short"]);
  await end("short");
  expect(started).toEqual(["long", "short"]); // "last" would keep "wide" from the whole machine for ever
  await end("long", false);
  expect(started).toEqual(["long", "short", "second"]); // only `needs` asks how it ended
  await end("second");
  expect(started.at(-1)).toBe("wide");
  await end("wide");
  await end("last");
  expect(await notRun).toEqual([]);
});

it("runs nothing that needs a lane that failed, nor what needs that in turn", async () => {
  const lanes = [
    { name: "install" },
    { name: "test", needs: ["install"] },
    { name: "after it", needs: ["test"] },
    { name: "alone" },
  ];
  const { started, end, notRun } = held(lanes, 1);
  await end("install", false);
  await end("alone");
  expect((await notRun).map(({ name }) => name)).toEqual(["test", "after it"]);
  expect(started).toEqual(["install", "alone"]);
});

it("refuses lanes that would wait for ever or share a name", async () => {
  const run = () => Promise.resolve(true);
  await expect(schedule([{ name: "a", after: ["b"] }, { name: "b" }], 1, run)).rejects.toThrow(/"a" waits for "b"/);
  await expect(schedule([{ name: "a" }, { name: "a" }], 1, run)).rejects.toThrow(/two lanes are called "a"/);
});
