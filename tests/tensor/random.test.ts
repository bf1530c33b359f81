import { Random } from "../../kernel-utils/src/tensor";

const draws = (n: number, draw: () => number) => Array.from({ length: n }, draw);
const mean = (values: number[]) => values.reduce((sum, x) => sum + x, 0) / values.length;

it("is xoshiro128** 1.1: the authors' C code from state {1, 2, 3, 4}", () => {
  const random = Random.fromState([1, 2, 3, 4, 0, 0]);
  const reference = [
    11520, 0, 5927040, 70819200, 2031721883, 1637235492, 1287239034, 3734860849, 3729100597, 4258142804,
  ];
  expect(draws(10, () => random.bits())).toEqual(reference);
});

it("is started by splitmix64: Vigna's C code from seed 1234567", () => {
  const [first, second] = [6457827717110365317n, 3203168211198807973n];
  const words = [first & 0xffffffffn, first >> 32n, second & 0xffffffffn, second >> 32n].map(Number);
  expect(new Random(1234567).state()).toEqual([...words, 1234567, 0]);
});

it("hashes a text seed with 64-bit FNV-1a: the published value of “a”", () => {
  expect(new Random("a").state().slice(4)).toEqual([0x8601ec8c, 0xaf63dc4c]);
});

it("makes a double of the upper 27 and 26 bits of two words", () => {
  // The first two words from {1, 2, 3, 4} are 11520 and 0: (11520 >> 5) · 2^26 / 2^53.
  expect(Random.fromState([1, 2, 3, 4, 0, 0]).uniform()).toBe(360 / 2 ** 27);
});

it("has a uniform's moments: mean 1/2, variance 1/12", () => {
  const random = new Random(1);
  const values = draws(100_000, () => random.uniform());
  expect(Math.abs(mean(values) - 0.5)).toBeLessThan(0.005); // 5 standard errors
  expect(Math.abs(mean(values.map((x) => (x - 0.5) ** 2)) - 1 / 12)).toBeLessThan(0.0012);
  expect(Math.min(...values.slice(0, 50_000))).toBeGreaterThanOrEqual(0);
  expect(Math.max(...values.slice(0, 50_000))).toBeLessThan(1);
});

it("has a normal's moments: mean 0, variance 1, kurtosis 3", () => {
  const random = new Random(2);
  const values = draws(100_000, () => random.normal());
  expect(Math.abs(mean(values))).toBeLessThan(0.016);
  expect(Math.abs(mean(values.map((x) => x * x)) - 1)).toBeLessThan(0.023);
  expect(Math.abs(mean(values.map((x) => x ** 4)) - 3)).toBeLessThan(0.16);
});

it("draws integers without favour", () => {
  const random = new Random(3);
  const counts = [0, 0, 0, 0, 0, 0, 0];
  for (const value of draws(70_000, () => random.integer(7))) counts[value]++;
  for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(470); // 5 standard deviations
});

it("draws categories in proportion to their weights, and never weight 0", () => {
  const random = new Random(4);
  const counts = [0, 0, 0, 0];
  for (const value of draws(40_000, () => random.categorical([3, 0, 1, 0]))) counts[value]++;
  expect(counts[1] + counts[3]).toBe(0);
  expect(Math.abs(counts[0] - 30_000)).toBeLessThan(440);
});

it("shuffles a copy into every order equally often", () => {
  const random = new Random(5);
  const original = ["a", "b", "c"];
  const counts: Record<string, number> = {};
  for (let i = 0; i < 6000; i++) {
    const order = random.shuffle(original).join("");
    counts[order] = (counts[order] ?? 0) + 1;
  }
  expect(original).toEqual(["a", "b", "c"]);
  expect(Object.keys(counts)).toHaveLength(6);
  for (const count of Object.values(counts)) expect(Math.abs(count - 1000)).toBeLessThan(145);
});

it("continues from a saved state that went through JSON", () => {
  const random = new Random("resume");
  draws(5, () => random.normal());
  const copy = Random.fromState(JSON.parse(JSON.stringify(random.state())));
  expect(draws(5, () => copy.normal())).toEqual(draws(5, () => random.normal()));
  expect(copy.fork("x").uniform()).toBe(random.fork("x").uniform());
});

it("forks by name: the same whatever was drawn before, different for another name or seed", () => {
  const random = new Random(6);
  const before = random.fork("world").uniform();
  draws(3, () => random.uniform());
  expect(random.fork("world").uniform()).toBe(before);
  const others = [random.fork("model"), new Random(7).fork("world"), new Random(6)].map((other) => other.uniform());
  expect(new Set([before, ...others]).size).toBe(4);
});

it("fills a tensor of the standard deviation asked for", () => {
  const values = Array.from(new Random(8).normalTensor([100, 200], 0.02).dataSync());
  expect(Math.abs(Math.sqrt(mean(values.map((x) => x * x))) - 0.02)).toBeLessThan(0.0005);
});

it.each([
  ["integer(0)", () => new Random(0).integer(0), /n is 0/],
  ["categorical of nothing", () => new Random(0).categorical([0, 0]), /sum to 0/],
  ["categorical of a negative", () => new Random(0).categorical([1, -1]), /sum to NaN/],
  ["choice of nothing", () => new Random(0).choice([]), /no values/],
  ["a short state", () => Random.fromState([1, 2]), /six 32-bit words/],
])("refuses %s", (_, draw, message) => expect(draw).toThrow(message));
