/** Registers <ObjectiveCalculator name="dpo" />; the oracle is loaded on the pages that use it, and on no other. */
import { type App, defineAsyncComponent } from "vue";

export function registerCalculator(app: App): void {
  app.component(
    "ObjectiveCalculator",
    defineAsyncComponent(() => import("./ObjectiveCalculator.vue")),
  );
}
