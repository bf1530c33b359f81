/** The objectives on the backend that trains: its kernels are others than those of the plain backend of the other tests. */
import { useBackend } from "../../kernel-utils/src/tensor";
import { expectTensorsAgree } from "./compare";
import { preferenceCases, tensorLosses } from "./preferenceCases";

beforeAll(() => useBackend("wasm"));

it.each(preferenceCases.filter((_, index) => index % 3 === 0))(
  "wasm agrees with the oracle: $name $options",
  (request) =>
    expectTensorsAgree(request, tensorLosses[request.name], request.options.referenceFree ? /^reference/ : undefined),
);
