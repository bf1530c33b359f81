/** Live cells: registers `<LiveNotebook name="06-dpo" />`, which stands at the end of every chapter. */
import type { EnhanceAppContext } from "vitepress";
import LiveNotebook from "./LiveNotebook.vue";
import "./style.css";

export default {
  enhanceApp({ app }: EnhanceAppContext): void {
    app.component("LiveNotebook", LiveNotebook);
  },
};
