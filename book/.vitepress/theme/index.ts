import type { EnhanceAppContext } from "vitepress";
import DefaultTheme from "vitepress/theme";
import "katex/dist/katex.min.css";
import "./style/index.css";
import BookLayout from "./BookLayout.vue";
import { registerCalculator } from "./calculator";
import ChapterTable from "./components/ChapterTable.vue";
import NotYetLive from "./components/NotYetLive.vue";
import { registerGlossary } from "./glossary";

/** Live cells, where they are built in: theme/live/index.ts exports what enhances the app with `<LiveNotebook>`. */
const live = import.meta.glob("./live/index.ts", { eager: true }) as Record<
  string,
  { default: { enhanceApp(context: EnhanceAppContext): void } }
>;

export default {
  extends: DefaultTheme,
  Layout: BookLayout,
  enhanceApp(context: EnhanceAppContext): void {
    context.app.component("ChapterTable", ChapterTable);
    registerCalculator(context.app);
    registerGlossary(context.app);
    const found = Object.values(live)[0];
    if (found) found.default.enhanceApp(context);
    if (!context.app.component("LiveNotebook")) context.app.component("LiveNotebook", NotYetLive);
  },
};
