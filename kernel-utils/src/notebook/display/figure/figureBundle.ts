import { CourseError } from "../../../errors";
import { describeFigure } from "../describeFigure";
import { displayHost, type MimeBundle, type OutputMetadata } from "../host";
import { plotlyScript } from "../plotly";
import { figureHtml, nameOf } from "./figureHtml";
import { type Figure, figureJson } from "./figureJson";
import { figureSvg } from "./figureSvg";
import type { FigureJson } from "./model";
import { withTextPlaces } from "./textPlaces";

/** One figure in every form that a front end may want, and what is said about it. */
export interface FigureOutput {
  id: string;
  bundle: MimeBundle;
  metadata: OutputMetadata;
}

let made = 0;

/**
 * @param id names the figure in its page; default: a fresh one
 * @throws CourseError for a figure without data, and under tests for one that the static picture cannot draw. In a
 * kernel such a figure still shows, interactive only: a learner's experiment is no error.
 */
export function figureBundle(figure: Figure, id?: string): FigureOutput {
  const data = figure.data.flat();
  const { title, caption } = figure;
  if (data.length === 0) {
    throw new CourseError("usage", `plot: "${title}" has no data; pass at least one trace, e.g. curve(x, y, …)`);
  }
  const alt = figure.alt ?? describeFigure(title, caption, data);
  const isKernel = displayHost().kind === "kernel";
  const { json, svg, plainSvg } = forms(figureJson(figure), { title, caption, alt }, isKernel);
  const name = id ?? `figure-${nameOf(`${made++} ${title}`)}`;
  // A recorder shows nothing, so it is spared the five megabytes.
  const library = isKernel ? plotlyScript(title) : "";
  return {
    id: name,
    bundle: {
      "application/vnd.plotly.v1+json": json,
      "text/html": library + figureHtml({ id: name, figure: json, title, caption, alt, svg: plainSvg }),
      ...(svg === undefined ? {} : { "image/svg+xml": svg }),
      "text/plain": `[figure] ${alt}`,
    },
    metadata: { alignment: { figure: { title, caption, alt } } },
  };
}

interface Words {
  title: string;
  caption: string;
  alt: string;
}

function forms(
  json: FigureJson,
  words: Words,
  mayFail: boolean,
): { json: FigureJson; svg?: string; plainSvg?: string } {
  try {
    const placed = withTextPlaces(json);
    return {
      json: placed,
      svg: figureSvg(placed, words),
      plainSvg: figureSvg(placed, { ...words, caption: undefined }),
    };
  } catch (error) {
    if (!(error instanceof CourseError) || !mayFail) throw error;
    return { json };
  }
}
