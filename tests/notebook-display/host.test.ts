import {
  type DisplayHost,
  displayHost,
  RecordingHost,
  recordDisplay,
} from "../../kernel-utils/src/notebook/display/host";

const bundle = { "application/vnd.plotly.v1+json": { data: [] }, "text/plain": "figure" };
const target = { id: "d1", update: true };
const metadata = { alignment: { figure: { title: "Reward" } } };
const globals = globalThis as unknown as Record<PropertyKey, unknown>;

/** What `send` does while the process has such a global. */
function withGlobal(key: PropertyKey, value: PropertyDescriptor, send: (host: DisplayHost) => void): void {
  Object.defineProperty(globalThis, key, { ...value, configurable: true });
  try {
    send(displayHost());
  } finally {
    delete globals[key];
  }
}

describe("the display host", () => {
  const own = Symbol.for("align.display");
  it("is the course's kernel where that runs the cells: whole bundle, metadata, display id", () => {
    const publish = jest.fn();
    withGlobal(own, { value: { publish } }, (host) => {
      host.publish(bundle, target, metadata);
      host.publish(bundle);
      expect(host.kind).toBe("kernel");
    });
    expect(publish.mock.calls).toEqual([
      [bundle, { metadata, displayId: "d1", update: true }],
      [bundle, { metadata: undefined, displayId: undefined, update: false }],
    ]);
  });

  it("is Deno's kernel in its notebooks, and keeps the order of messages that Deno sends one at a time", async () => {
    const arrived: string[] = [];
    const broadcast = (type: string, content: { data: Record<string, unknown>; transient: object }) =>
      new Promise<void>((resolve) =>
        // The first message takes longest: without a queue the second would overtake it.
        setTimeout(() => resolve(void arrived.push(`${type} ${JSON.stringify(content)}`)), arrived.length ? 0 : 20),
      );
    withGlobal("Deno", { value: { jupyter: { broadcast } } }, (host) => {
      host.publish({ "text/plain": "a" }, { id: "d1", update: false });
      host.publish({ "text/plain": "b" }, target, metadata);
    });
    await new Promise((resolve) => setTimeout(resolve, 80));
    expect(arrived).toEqual([
      'display_data {"data":{"text/plain":"a"},"metadata":{},"transient":{"display_id":"d1"}}',
      `update_display_data {"data":{"text/plain":"b"},"metadata":${JSON.stringify(metadata)},"transient":{"display_id":"d1"}}`,
    ]);
  });

  it("is a recorder under Deno outside a notebook, where looking at Deno.jupyter throws", () => {
    const deno = Object.defineProperty({}, "jupyter", {
      get: () => {
        throw new Error("Deno.jupyter is only available in `deno jupyter` subcommand.");
      },
    });
    withGlobal("Deno", { value: deno }, (host) => expect(host.kind).toBe("recording"));
  });

  it("is a recorder in a process that is no kernel", () => expect(displayHost()).toBeInstanceOf(RecordingHost));
});

describe("the recorder", () => {
  it("puts an update in the place of what it updates, with its metadata", () => {
    const host = new RecordingHost();
    host.publish({ "text/plain": "one" }, { id: "d1", update: false });
    host.publish({ "text/plain": "two" });
    host.publish({ "text/plain": "three" }, target, metadata);
    expect(host.outputs).toEqual([{ "text/plain": "three" }, { "text/plain": "two" }]);
    expect(host.metadata).toEqual([metadata, {}]);
  });

  it("finds what stands in JSON formats, too", () => {
    const host = recordDisplay(() => displayHost().publish(bundle));
    expect(host.all("application/vnd.plotly.v1+json")).toBe('{"data":[]}');
    expect(host.all("image/png")).toBe("");
  });
});
