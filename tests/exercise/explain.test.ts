/** The exceptions are the real ones: each wrong call is made, so an update of TensorFlow.js that rewords one shows here. */
import { runInNewContext } from "node:vm";
import * as tf from "@tensorflow/tfjs";
import { explainThrown } from "../../kernel-utils/src/exercise/explain";

beforeAll(async () => {
  tf.env().set("IS_TEST", true);
  await tf.setBackend("cpu");
});

function said(wrongCall: () => unknown): string {
  try {
    wrongCall();
  } catch (thrown) {
    return explainThrown(thrown);
  }
  throw new Error("the call did not throw");
}

const two = () => tf.ones([2]);
/** JavaScript learners may write without types, in a cell marked so, or through a cast. */
// biome-ignore lint/suspicious/noExplicitAny: these calls are wrong on purpose
const untyped = (value: unknown): any => value;
const forever = (): number => forever() + 1;
const list = [1, 2];

it.each<[string, () => unknown, string]>([
  [
    "shapes that do not fit",
    () => tf.add(tf.ones([2, 3]), tf.ones([4])),
    "shapes [2,3] and [4] do not fit together entry by entry; make them equal, or one of them 1",
  ],
  [
    "inner sizes of a product",
    () => tf.matMul(tf.ones([2, 3]), tf.ones([2, 3])),
    "matMul needs equal inner sizes, here they are 3 and 2; does one of the two want a transpose?",
  ],
  [
    "a vector for a left matrix",
    () => tf.matMul(untyped(tf.ones([3])), tf.ones([3, 3])),
    "matMul got a list of numbers for a matrix; give it two axes with expandDims, or use tf.dot",
  ],
  [
    "two vectors for matrices",
    () => untyped(tf.ones([3])).matMul(tf.ones([3])),
    "matMul got shapes [3] and [3]; both must have two axes, so expandDims a list, or tf.dot",
  ],
  [
    "vectors of two lengths",
    () => tf.dot(two(), tf.ones([3])),
    "tf.dot needs equal inner sizes, here they are 2 and 3",
  ],
  [
    "a reshape that loses entries",
    () => tf.ones([2, 3]).reshape([4]),
    "6 numbers do not fill shape [4]; reshape keeps the number of entries",
  ],
  ["too few numbers", () => tf.tensor([1, 2, 3], [2, 2]), "3 numbers do not fill shape [2,2], which takes 4"],
  [
    "an axis that is not there",
    () => two().sum(1),
    "there is no axis 1 in a tensor of 1 axes; they are counted from 0, and from −1 at the end",
  ],
  [
    "a stack of two shapes",
    () => tf.stack([two(), tf.ones([3])]),
    "tf.stack wants tensors of one shape, here are [2] and [3]",
  ],
  [
    "undefined for a tensor",
    () => tf.add(untyped(undefined), two()),
    "tf.add got undefined or null for a; is there a return in every branch before it?",
  ],
  [
    "an object for a tensor",
    () => tf.exp(untyped({ a: 1 })),
    "tf.exp got an object for x; it wants a tensor, a number or a list of numbers",
  ],
  ["text for a number", () => tf.add(two(), untyped("3")), "tf.add got text for b; it wants numbers"],
  [
    "a dtype the operation does not take",
    () => tf.gather(tf.ones([3]), tf.tensor1d([0.5])),
    'tf.gather wants int32 for indices and got float32; convert it with .cast("int32")',
  ],
  [
    "a dtype to cast to that nobody knows",
    () => two().cast(untyped("float64")),
    'tfjs has no dtype "float64"; known are float32, int32, bool, complex64 and string',
  ],
  [
    "a dtype to begin with that nobody knows",
    () => tf.zeros([2], untyped("double")),
    'tfjs has no dtype "double"; known are float32, int32, bool, complex64 and string',
  ],
  [
    "a list for a tensor",
    () => untyped(list).mul(3),
    "has no mul(); is it a number or a list where you expect a tensor, or the reverse?",
  ],
  ["an operation that is spelt otherwise", () => untyped(tf).logsigmoid(two()), "has no logsigmoid()"],
  [
    "a value nobody gave",
    () => untyped(undefined).shape,
    "you ask for .shape of something that is undefined; does it get a value on every way to here?",
  ],
  ["a call of itself without end", forever, "your function calls itself without end"],
])("explains %s", (_, wrongCall, sentence) => expect(said(wrongCall)).toContain(sentence));

it.each([
  ["in an operation", (t: tf.Tensor) => t.add(1)],
  ["when it is read", (t: tf.Tensor) => t.dataSync()],
])("explains a tensor that is gone, %s", (_, use) => {
  const gone = two();
  gone.dispose();
  expect(said(() => use(gone))).toBe(
    "you use a tensor that has been disposed of; dispose of it later, or leave that to tf.tidy",
  );
});
it("names tf itself where the method is missing there", () => {
  expect(explainThrown(new TypeError("tf.logsigmoid is not a function"))).toBe(
    "tf has no logsigmoid(); look for its spelling in the TensorFlow.js documentation",
  );
});
it("lets the learner's own words through, whatever was thrown", () => {
  expect(
    said(() => {
      throw new Error("beta must be positive");
    }),
  ).toBe("beta must be positive");
  expect(
    said(() => {
      throw "just text";
    }),
  ).toBe("just text");
  expect(
    said(() => {
      throw undefined;
    }),
  ).toBe("undefined");
});
it("knows an error of another realm", () => {
  expect(said(() => runInNewContext("[1, 2].mul(3)"))).toBe(
    "[1,2] has no mul(); is it a number or a list where you expect a tensor, or the reverse?",
  );
  expect(said(() => runInNewContext("throw new RangeError('beta is 0')"))).toBe("beta is 0");
});
