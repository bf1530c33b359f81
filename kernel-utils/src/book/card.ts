/** An exercise as a card: what is asked, how hard and how long, the stub, and folded away what would spoil it. */
import { type Block, html, markdown } from "./blocks";
import { type CellContext, codeCell, fold } from "./cell";
import { escapeHtml } from "./escape";
import { difficultyInWords, type ExerciseGroup, solutionText } from "./exercise";
import type { Output } from "./outputs";
import { pageProse } from "./prose";

/** The check prints its verdict as a plain line too, for logs. */
const isNoLog = (output: Output): boolean => output.kind !== "stream";

export function exerciseCard(group: ExerciseGroup, context: CellContext): Block[] {
  const { id, title, difficulty, minutes, card, stub, check, solutionProse, solution } = group;
  const prose = (text: string, cell = stub.id): Block[] => {
    const files = context.outputs.attachments.get(cell) ?? {};
    const said = pageProse(text, files, cell, context.assets);
    return said === "" ? [] : [markdown(context.mark(said), cell)];
  };
  const anchor = `exercise-${id}`;
  const heading =
    `<h3 id="${anchor}" tabindex="-1" v-pre>Exercise: ${escapeHtml(title)} ` +
    `<a class="header-anchor" href="#${anchor}" aria-label="Permalink to exercise ${escapeHtml(id)}">&#8203;</a></h3>`;
  const meta =
    `<p class="exercise-meta" v-pre><span class="difficulty d${difficulty}">${difficultyInWords(difficulty)}</span>` +
    `<span>${minutes} minutes</span><code>${escapeHtml(id)}</code>` +
    `<a href="../jupyter.html#${escapeHtml(context.name)}">Run this in Jupyter</a></p>`;
  // The card folds the solution; a second fold inside would only be in the way.
  const unfolded = { ...context, outputs: { ...context.outputs, folded: new Set<string>() } };
  const hints = context
    .hintsOf(id)
    .flatMap((hint, i) => fold("hint", `Hint ${i + 1}`, [html(`<p v-pre>${escapeHtml(hint)}</p>`, stub.id)], stub.id));
  return [
    ...(group.before === "" ? [] : prose(group.before, card?.id)),
    html(`<section class="exercise" data-exercise="${id}" aria-labelledby="${anchor}">${heading}${meta}`, stub.id),
    ...prose(group.statement, card?.id),
    ...codeCell(stub, context),
    ...(hints.length > 0 ? [html('<div class="hints">'), ...hints, html("</div>")] : []),
    ...(check ? fold("check", "The check", codeCell(check, context, isNoLog), check.id) : []),
    ...(solution
      ? fold("solution", "Solution", [
          ...(solutionProse ? prose(solutionText(solutionProse.source), solutionProse.id) : []),
          ...codeCell(solution, unfolded),
        ])
      : []),
    html("</section>", stub.id),
  ];
}
