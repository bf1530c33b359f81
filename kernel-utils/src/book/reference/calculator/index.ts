/** The calculator of an objective's page: pure, without Node or tensors, so that it runs in a browser as it does here. */

export { type Answered, answerTo } from "./answer";
export { type Controls, controlsOf, type InputControl, type OptionControl } from "./controls";
export { type Curve, curveOf, curvePlaces } from "./curve";
export { readHash, toHash } from "./hash";
export { canGrow, exampleState, grown, requestOf, resized, type State } from "./state";
