import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import type { DecisionRow, EventRow, Summary } from "../measure/run-record.js";
import type { Command, Values } from "./command.js";
import { ExitStatus } from "./exit-status.js";
import { styled, type Terminal } from "./terminal.js";
import { explaining, UserError } from "./user-error.js";

/** `knsim explain DIR`: the story of a finished run in words (contract §1). */
export const explainCommand: Command = {
  name: "explain",
  positionals: [{ name: "dir", many: false, description: "a report folder that knsim run has written" }],
  summary: "tells in words why the pod count changed, from a finished run",
  options: {
    revision: {
      kind: "text",
      value: "NAME",
      description: "only this revision, the traffic of its service, and the cluster's components",
    },
    from: { kind: "text", value: "D", description: "only what happened from then on, such as 2m" },
    until: { kind: "text", value: "D", description: "only what happened until then" },
    json: { kind: "flag", description: "prints the story as JSON" },
    "no-color": { kind: "flag", description: "no colours; so does the variable NO_COLOR" },
  },
  run: explain,
};

async function explain(values: Values, terminal: Terminal): Promise<ExitStatus> {
  const folder = values.text("dir") ?? "";
  const range = { from: await seconds(values, "from"), until: await seconds(values, "until") };
  const summary = await readSummary(folder);
  const revision = values.text("revision");
  if (revision !== null) await checkRevision(revision, summary);
  const { explanation } = await import("../report/explanation.js");
  const { reportMinScales, reportTerms } = await import("../report/report-terms.js");
  const { readTimeline } = await import("../report/timeline-csv.js");
  const [scenario, events, decisions, timeline] = await Promise.all(
    ["scenario.json", "events.jsonl", "decisions.jsonl", "timeline.csv"].map((name) => readPart(folder, name)),
  );
  if (events === null && decisions === null)
    throw new UserError([`${JSON.stringify(folder)} has neither events.jsonl nor decisions.jsonl: nothing to explain`]);
  const scenarioJson = scenario === null ? null : parsed(scenario, join(folder, "scenario.json"));
  const terms = reportTerms(scenarioJson);
  const sentences = explanation(
    {
      summary,
      events: parsedLines<EventRow>(events, join(folder, "events.jsonl")),
      decisions: parsedLines<DecisionRow>(decisions, join(folder, "decisions.jsonl")),
      timeline: readTimeline(linesOf(timeline ?? "")),
      termsOf: () => terms,
      minScaleOf: reportMinScales(scenarioJson),
    },
    { revision, ...range },
  );
  if (values.flag("json")) {
    terminal.print(`${JSON.stringify({ scenario: summary.scenario, seed: summary.seed, sentences })}\n`);
    return ExitStatus.fine;
  }
  const { clock } = await import("../report/number-words.js");
  const times = sentences.map(({ t }) => clock(t));
  const width = times.reduce((most, { length }) => Math.max(most, length), 0);
  terminal.print(`${styled(summary.scenario, "bold", terminal.colour.results)}  seed ${summary.seed}\n\n`);
  for (const [index, { text }] of sentences.entries())
    terminal.print(`${styled(times[index].padStart(width), "dim", terminal.colour.results)}  ${text}\n`);
  if (sentences.length === 0) terminal.remark("nothing happened in that time\n");
  return ExitStatus.fine;
}

/** A moment of the run in Go's syntax, in seconds; null when it is not given. */
async function seconds(values: Values, option: "from" | "until"): Promise<number | null> {
  const text = values.text(option);
  if (text === null) return null;
  const { momentSeconds } = await import("../report/number-words.js");
  const moment = momentSeconds(text);
  if (moment === null)
    throw new UserError([`--${option}: expected a time such as 90s or 2m, found ${JSON.stringify(text)}`]);
  return moment;
}

async function readSummary(folder: string): Promise<Summary> {
  const isFolder = (await explaining(`read ${JSON.stringify(folder)}`, () => stat(folder))).isDirectory();
  if (!isFolder)
    throw new UserError([`${JSON.stringify(folder)} is no report folder; "knsim run" writes one below reports/`]);
  const path = join(folder, "summary.json");
  const text = await explaining(`read ${JSON.stringify(path)}`, () => readFile(path, "utf8"));
  const summary = parsed(text, path);
  const { isSummary } = await import("../experiment/read-summary.js");
  if (!isSummary(summary)) throw new UserError([`${JSON.stringify(path)} is no summary of a run`]);
  return summary;
}

async function checkRevision(name: string, { revisions }: Summary): Promise<void> {
  if (Object.hasOwn(revisions, name)) return;
  const { nearestName } = await import("../scenario/nearest-name.js");
  const names = Object.keys(revisions);
  const nearest = nearestName(name, names);
  const meant =
    nearest === null ? `; there were ${names.join(", ") || "none"}` : `; did you mean ${JSON.stringify(nearest)}?`;
  throw new UserError([`there was no revision ${JSON.stringify(name)}${meant}`]);
}

/** A file of the report; null when it was not written. */
async function readPart(folder: string, name: string): Promise<string | null> {
  const path = join(folder, name);
  return explaining(`read ${JSON.stringify(path)}`, () =>
    readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return null;
      throw error;
    }),
  );
}

function* parsedLines<Row>(text: string | null, path: string): IterableIterator<Row> {
  let number = 0;
  for (const line of linesOf(text ?? "")) {
    number++;
    if (line !== "") yield parsed(line, `${path}:${number}`) as Row;
  }
}

/** One after another: a report of a long run has a million of them. */
function* linesOf(text: string): IterableIterator<string> {
  for (let from = 0; from < text.length; ) {
    const end = text.indexOf("\n", from);
    const to = end < 0 ? text.length : end;
    yield text.slice(from, to);
    from = to + 1;
  }
}

function parsed(text: string, place: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new UserError([`${place}: is not JSON; the report is damaged`]);
  }
}
