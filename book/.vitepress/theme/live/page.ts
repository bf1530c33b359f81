/** A chapter made live: its cells, what the learner wrote before, and the session that runs them. */
import type { CheckOutcome, PageCell } from "../../../live/protocol";
import { type Answers, keepAnswers, notebookWithAnswers, readAnswers } from "./answers";
import { type LiveCell, liveCell, withDirective } from "./cells";
import { CellView } from "./cellView";
import { Session } from "./session";

export interface LivePlaces {
  /** The element that holds the chapter's cells. */
  root: ParentNode;
  /** Folder of the built assets, with a slash at the end. */
  assets: string;
  /** Folder of the chapters' JSON and notebooks. */
  chapters: string;
  plotly: string;
}

export interface LiveReports {
  busy(isBusy: boolean): void;
  say(text: string): void;
  progress(passed: number, exercises: number): void;
}

async function json<T>(address: string): Promise<T> {
  const response = await fetch(address);
  if (!response.ok) throw new Error(`${address}: ${response.status} ${response.statusText}`);
  return (await response.json()) as T;
}

export class LivePage {
  private readonly views = new Map<string, CellView>();
  private readonly session: Session;
  private readonly exercises: string[];

  private constructor(
    private readonly notebook: string,
    private readonly cells: readonly LiveCell[],
    private readonly answers: Answers,
    private readonly places: LivePlaces,
    private readonly reports: LiveReports,
  ) {
    this.exercises = cells.filter(({ role }) => role === "exercise").map(({ subject }) => subject);
    this.session = new Session(places.assets, notebook, cells, (cell) => this.textOf(cell), this.sessionView());
    for (const cell of cells) this.showCell(cell);
    for (const exercise of answers.passed) this.showSolved(exercise);
    this.showProgress();
  }

  /** @throws Error where something cannot be loaded; the page is then as it was */
  static async open(notebook: string, places: LivePlaces, reports: LiveReports): Promise<LivePage> {
    const { cells } = await json<{ cells: PageCell[] }>(`${places.chapters}${notebook}.json`);
    const code = cells.filter(({ kind }) => kind === "code").map(liveCell);
    const page = new LivePage(notebook, code, readAnswers(localStorage, notebook), places, reports);
    try {
      await page.session.start();
      return page;
    } catch (error) {
      page.end();
      throw error;
    }
  }

  runAll(): void {
    this.session.runAll();
  }

  stop(): void {
    this.session.stop();
  }

  /** Every cell as the course has it; what was solved stays solved. */
  resetAll(): void {
    this.answers.cells = {};
    this.keep();
    for (const view of this.views.values()) view.end();
    this.views.clear();
    for (const cell of this.cells) this.showCell(cell);
    for (const exercise of this.answers.passed) this.showSolved(exercise);
    this.reports.say("Every cell is as the course has it.");
  }

  /** The notebook with the learner's cells, for Jupyter. */
  async exportNotebook(): Promise<Blob> {
    const file = await json<Parameters<typeof notebookWithAnswers>[0]>(`${this.places.chapters}${this.notebook}.ipynb`);
    const changed = this.cells.filter(({ id }) => this.answers.cells[id] !== undefined);
    const sources = new Map(changed.map((cell) => [cell.id, withDirective(cell, this.textOf(cell)).source]));
    return new Blob([`${JSON.stringify(notebookWithAnswers(file, sources), null, 1)}\n`], {
      type: "application/x-ipynb+json",
    });
  }

  end(): void {
    this.session.end();
    for (const view of this.views.values()) view.end();
    this.views.clear();
  }

  private textOf(cell: LiveCell): string {
    return this.views.get(cell.id)?.text ?? this.answers.cells[cell.id] ?? cell.original;
  }

  private showCell(cell: LiveCell): void {
    const root = this.places.root.querySelector<HTMLElement>(`.cell[data-cell="${cell.id}"]`);
    if (!root) return; // runs all the same
    const actions = {
      run: (goOn: boolean) => this.run(cell, goOn),
      runAbove: () => this.session.runAbove(cell),
      changed: (text: string | undefined) => this.changed(cell, text),
    };
    this.views.set(cell.id, new CellView(root, cell, this.answers.cells[cell.id], actions, this.places.plotly));
  }

  private run(cell: LiveCell, goOn: boolean): void {
    this.session.run(this.withCheck(cell));
    if (!goOn) return;
    const next = this.cells.slice(this.cells.indexOf(cell) + 1).find(({ id }) => this.views.has(id));
    if (next) this.views.get(next.id)!.focus();
  }

  /** An answer is of no use without its check, so that runs with it. */
  private withCheck(cell: LiveCell): LiveCell[] {
    if (cell.role !== "exercise") return [cell];
    return [cell, ...this.cells.filter(({ role, subject }) => role === "check" && subject === cell.subject)];
  }

  private changed({ id }: LiveCell, text: string | undefined): void {
    if (text === undefined) delete this.answers.cells[id];
    else this.answers.cells[id] = text;
    this.keep();
    this.session.checkSoon();
  }

  private keep(): void {
    if (keepAnswers(localStorage, this.notebook, this.answers)) return;
    this.reports.say("This browser keeps nothing for this page: download the notebook before you leave.");
  }

  private showSolved(exercise: string): void {
    for (const { id, role, subject } of this.cells) {
      if (subject === exercise && (role === "exercise" || role === "check")) this.views.get(id)?.solved();
    }
  }

  private showVerdict(outcome: CheckOutcome): void {
    for (const { id, role, subject } of this.cells) {
      if (subject !== outcome.id) continue;
      if (role === "exercise") this.views.get(id)?.judged(outcome);
      if (role === "check" && outcome.status === "failed") this.views.get(id)?.unfold();
    }
  }

  private showProgress(): void {
    const passed = this.exercises.filter((id) => this.answers.passed.includes(id)).length;
    this.reports.progress(passed, this.exercises.length);
  }

  private sessionView(): ConstructorParameters<typeof Session>[4] {
    const at = (cell: LiveCell): CellView | undefined => this.views.get(cell.id);
    return {
      state: (cell, state, seconds) => {
        at(cell)?.state(state, seconds);
        if (state === "failed") this.reports.say(`The cell ${cell.id} failed.`);
      },
      output: (cell, report) => at(cell)?.output(report),
      error: (cell, error, expected) => at(cell)?.error(error, expected),
      problems: (cell, kind, problems) => at(cell)?.problems(kind, problems),
      check: (outcome) => {
        const { id, status, message } = outcome;
        this.reports.say(`${id}: ${message}`);
        this.showVerdict(outcome);
        if (status !== "passed" || this.answers.passed.includes(id)) return;
        this.answers.passed.push(id);
        this.keep();
        this.showSolved(id);
        this.showProgress();
      },
      busy: (isBusy) => this.reports.busy(isBusy),
      say: (text) => this.reports.say(text),
    };
  }
}
