/** A sample of what tests/slow/checkpointFuzz.test.ts does at length. */
import { describeFuzz } from "./describeFuzz";

describeFuzz(1);
