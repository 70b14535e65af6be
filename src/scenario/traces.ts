import type * as z from "zod";
import type { DistributionSpec } from "../engine/distribution.js";
import { type Duration, type Instant, MINUTE, SECOND } from "../engine/time.js";
import { isObject, type JsonObject, objectAt } from "../kube/json-shape.js";
import type { ArrivalPlan } from "../workload/source.js";
import {
  type FunctionDurations,
  parseFunctionDurations,
  parseFunctionMemory,
  parseInvocationCounts,
  parseInvocations,
  parseRates,
} from "../workload/trace.js";
import { type SkippedLines, type Trace, TraceProblems } from "../workload/trace-problems.js";
import { appPlan, DEFAULT_APP } from "./apps.js";
import type { Checked } from "./checked.js";
import { listNames, type Place, ScenarioError } from "./diagnostics.js";
import { resolvePath, type ScenarioFiles } from "./files.js";
import type { sourceSchema } from "./schema-traffic.js";
import { pathBase } from "./service-entries.js";
import { type Admission, admitService, type LoadedService } from "./services.js";
import { applyShortForm } from "./short-form.js";
import { reasonOf } from "./source-text.js";
import { Unreadable } from "./text-pieces.js";
import { ChangedTrace, readTimestamps, type TimestampFile, type Timestamps } from "./timestamp-trace.js";
import type { Path, YamlDocument } from "./yaml-document.js";

type Source = Checked<z.output<typeof sourceSchema>>;
type WrittenTrace = NonNullable<Source["trace"]>;

/** What a trace asks for: requests to the source's own target, or to services that it makes. */
export type LoadedTrace =
  | {
      readonly kind: "arrivals";
      /** End of the trace from t = 0. */
      readonly endUs: Instant;
      readonly arrivals: ArrivalPlan;
      readonly serviceTime: DistributionSpec | null;
    }
  | { readonly kind: "functions"; readonly endUs: Instant; readonly functions: readonly TraceFunction[] };

export interface TraceFunction {
  readonly service: LoadedService;
  readonly arrivals: ArrivalPlan;
  readonly serviceTime: DistributionSpec | null;
}

export interface TraceContext {
  readonly document: YamlDocument;
  readonly files: ScenarioFiles;
  /** The wall clock at t = 0 if the scenario says one. */
  readonly epochSeconds: number | null;
  readonly admission: Admission;
  /** Whether wrong lines are left out with a warning. */
  readonly skipsBadLines: boolean;
  /** Whether arrivals are wanted in memory, however many there are. */
  readonly holdsTraces: boolean;
}

/** Keys that only some formats understand. */
const FORMAT_KEYS: Readonly<Record<string, readonly string[]>> = {
  durations: ["azure-2019"],
  memory: ["azure-2019"],
  traceFrom: ["azure-2019"],
  limit: ["azure-2019", "azure-2021"],
  top: ["azure-2019", "azure-2021"],
  template: ["azure-2019", "azure-2021"],
};

/** Reads the trace of a source; null when it cannot be used, which has been reported. */
export async function loadTrace(source: Source, sourcePath: Path, context: TraceContext): Promise<LoadedTrace | null> {
  const { trace } = source;
  if (trace?.file === undefined || trace.format === undefined) return null;
  return new TraceLoader(source, trace, sourcePath, context).load(trace.file, trace.format);
}

class TraceLoader {
  private readonly path: Path;
  private readonly fromUs: Instant;

  constructor(
    private readonly source: Source,
    private readonly trace: WrittenTrace,
    private readonly sourcePath: Path,
    private readonly context: TraceContext,
  ) {
    this.path = [...sourcePath, "trace"];
    this.fromUs = source.from ?? 0;
  }

  load(file: string, format: NonNullable<WrittenTrace["format"]>): Promise<LoadedTrace | null> {
    this.checkKeys(format);
    const makesServices = this.source.to === undefined;
    if (format === "azure-2019") return this.counts(file);
    if (format === "azure-2021") return makesServices ? this.invocationsOfFunctions(file) : this.invocations(file);
    return format === "rates" ? this.rates(file) : this.timestamps(file);
  }

  private checkKeys(format: NonNullable<WrittenTrace["format"]>): void {
    const { document, admission } = this.context;
    for (const [key, formats] of Object.entries(FORMAT_KEYS)) {
      const path = [...this.path, key];
      if (document.find(path) !== null && !formats.includes(format))
        admission.problems.error(
          "E-key",
          document.keyPlaceOf(path),
          `"${key}" has no meaning with ${format}, only with ${listNames(formats)}`,
        );
    }
    if (format === "azure-2019" && document.find([...this.sourcePath, "to"]) !== null)
      admission.problems.error(
        "E-key",
        document.keyPlaceOf([...this.sourcePath, "to"]),
        '"to" has no meaning with azure-2019, which makes a service of every row',
      );
    if ((format === "timestamps" || format === "rates") && document.find([...this.sourcePath, "to"]) === null)
      admission.problems.error("E-key", document.place(this.sourcePath), 'missing key "to"');
  }

  private async timestamps(written: string): Promise<LoadedTrace | null> {
    const { files, epochSeconds, skipsBadLines, holdsTraces } = this.context;
    const { fromUs } = this;
    const path = this.pathOf("file", written);
    const open = () => files.open(path);
    const file: TimestampFile = { open, epochSeconds, fromUs, skipsBadLines, holds: holdsTraces };
    try {
      const times = this.accepted(await readTimestamps(file), { key: "file", written, path });
      if (times === null) return null;
      files.addDigest(path, times.digest);
      const { held, count } = times;
      const arrivals: ArrivalPlan = held
        ? { kind: "at", timesUs: held }
        : { kind: "stream", file: path, count, open: () => this.replayed(times, path) };
      return { kind: "arrivals", endUs: endAfter(times.lastUs), arrivals, serviceTime: null };
    } catch (error) {
      this.context.admission.problems.error("E-file", this.placeOf("file"), unreadable(error, path));
      return null;
    }
  }

  /** What goes wrong in the second reading was no problem in the first. @throws ScenarioError */
  private async *replayed(times: Timestamps, path: string): AsyncIterableIterator<Float64Array> {
    try {
      yield* { [Symbol.asyncIterator]: () => times.blocks() };
    } catch (error) {
      const place = this.placeOf("file");
      throw new ScenarioError([{ id: "E-file", severity: "error", ...place, message: unreadable(error, path) }]);
    }
  }

  private async rates(file: string): Promise<LoadedTrace | null> {
    const series = await this.read("file", file, (text, problems) =>
      parseRates(text, this.context.epochSeconds, problems),
    );
    if (series === null) return null;
    const steps = [...series.steps, [series.endUs, 0] as const];
    const process = this.source.process ?? "poisson";
    const arrivals: ArrivalPlan = { kind: "rate", process, profile: { kind: "steps", steps } };
    return { kind: "arrivals", endUs: this.fromUs + series.endUs, arrivals, serviceTime: null };
  }

  private async invocations(file: string): Promise<LoadedTrace | null> {
    const invocations = await this.read("file", file, (text, problems) =>
      parseInvocations(text, { perFunction: false }, problems),
    );
    const [all] = invocations?.functions ?? [];
    return all ? this.listed(all.arrivalsUs, all.durationsUs) : null;
  }

  private listed(times: readonly Instant[], durations: readonly Duration[] | null): LoadedTrace {
    const timesUs = times.map((us) => us + this.fromUs);
    const serviceTime = durations && ({ kind: "sequence", valuesUs: durations } as const);
    return { kind: "arrivals", endUs: afterLast(timesUs), arrivals: { kind: "at", timesUs }, serviceTime };
  }

  private async invocationsOfFunctions(file: string): Promise<LoadedTrace | null> {
    const { limit, top } = this.trace;
    const invocations = await this.read("file", file, (text, problems) =>
      parseInvocations(text, { perFunction: true, limit, top }, problems),
    );
    if (invocations === null) return null;
    let endUs: Instant = 0;
    const functions = invocations.functions.flatMap(({ row, id, arrivalsUs, durationsUs }) => {
      const { arrivals, serviceTime, ...listed } = this.listed(arrivalsUs, durationsUs) as LoadedTrace & {
        kind: "arrivals";
      };
      endUs = Math.max(endUs, listed.endUs);
      const service = this.service({ row, id, rows: invocations.rows, memoryMib: null, serviceTime: null });
      return service ? [{ service, arrivals, serviceTime }] : [];
    });
    return { kind: "functions", endUs, functions };
  }

  private async counts(file: string): Promise<LoadedTrace | null> {
    const { limit, top, traceFrom, placement = "uniform" } = this.trace;
    const counts = await this.read("file", file, (text, problems) =>
      parseInvocationCounts(text, { limit, top, traceFrom }, problems),
    );
    const durations = await this.read("durations", this.trace.durations, parseFunctionDurations);
    const memory = await this.read("memory", this.trace.memory, parseFunctionMemory);
    if (counts === null) return null;
    this.warnOfMissingDurations(
      counts.functions
        .filter(({ id }) => durations !== null && !durations.has(id))
        .map(({ row }) => this.name(row, counts.rows)),
    );
    const functions = counts.functions.flatMap(({ row, id, countsPerMinute }) => {
      const known = durations?.get(id);
      const service = this.service({
        row,
        id,
        rows: counts.rows,
        memoryMib: memory?.get(id) ?? null,
        serviceTime: known ? this.serviceTime(known) : null,
      });
      const arrivals: ArrivalPlan = { kind: "counts", countsPerMinute, placement };
      return service ? [{ service, arrivals, serviceTime: null }] : [];
    });
    return { kind: "functions", endUs: this.fromUs + counts.minutes * MINUTE, functions };
  }

  private serviceTime({ averageUs, points }: FunctionDurations): DistributionSpec {
    const hasPercentiles = points.length >= 2 && points[0][0] === 0 && points[points.length - 1][0] === 100;
    return this.trace.serviceTime === "percentiles" && hasPercentiles
      ? { kind: "percentiles", points }
      : { kind: "constant", us: averageUs };
  }

  private warnOfMissingDurations(without: readonly string[]): void {
    const { document, admission } = this.context;
    if (this.source.serviceTime !== undefined || this.trace.template?.app !== undefined) return;
    if (this.trace.durations === undefined) {
      const message = "a trace without durations; assuming serviceTime 100ms";
      if (document.find([...this.path, "durations"]) === null)
        admission.problems.warning("W-service-time", document.place(this.path), message);
    } else if (without.length > 0) {
      const few = without.length <= 5 ? listNames(without, { word: "and" }) : `${without.length} functions`;
      const message = `no row for ${few}; assuming serviceTime 100ms`;
      admission.problems.warning("W-service-time", document.place([...this.path, "durations"]), message);
    }
  }

  /** `fn-007`, or with the source's name in front. */
  private name(row: number, rows: number): string {
    return `${this.source.name ?? "fn"}-${String(row).padStart(Math.max(3, String(rows).length), "0")}`;
  }

  private service(row: {
    readonly row: number;
    readonly rows: number;
    readonly id: string;
    readonly memoryMib: number | null;
    readonly serviceTime: DistributionSpec | null;
  }): LoadedService | null {
    const { document, admission } = this.context;
    const { template } = this.trace;
    const name = this.name(row.row, row.rows);
    const path: Path = template === undefined ? this.path : [...this.path, "template"];
    const json: JsonObject = {
      apiVersion: "serving.knative.dev/v1",
      kind: "Service",
      metadata: { name, labels: { "knsim/trace-id": row.id } },
    };
    const resources =
      row.memoryMib === null ? template?.resources : withMemory(template?.resources, `${row.memoryMib}Mi`);
    const short = { ...template, image: template?.image ?? `trace/${name}`, resources } as Parameters<
      typeof applyShortForm
    >[1];
    const placeOf = applyShortForm(json, short, { document, path, elsewhere: () => document.place(path) });
    const base = template?.app ? appPlan(null, template.app) : DEFAULT_APP;
    const app = { ...base, serviceTime: row.serviceTime ?? base.serviceTime };
    const role = { start: "zero", app, traceId: row.id === "" ? null : row.id } as const;
    return admitService(json, role, { placeOf, place: document.place(this.path) }, admission);
  }

  /** A file of the trace, parsed; null when it is not named or cannot be used, which has been reported. */
  private async read<Value>(
    key: TraceFileKey,
    written: string | undefined,
    parse: (text: string, problems: TraceProblems) => Trace<Value>,
  ): Promise<Value | null> {
    const { files, admission, skipsBadLines } = this.context;
    if (written === undefined) return null;
    const path = this.pathOf(key, written);
    const source = await files.trace(path);
    if (source.ok) return this.accepted(parse(source.text, new TraceProblems(skipsBadLines)), { key, written, path });
    admission.problems.error("E-file", this.placeOf(key), source.error);
    return null;
  }

  private placeOf(key: TraceFileKey): Place {
    return this.context.document.place([...this.path, key]);
  }

  private pathOf(key: TraceFileKey, written: string): string {
    return resolvePath(pathBase(this.context.document, [...this.path, key]), written);
  }

  /** What a file says, with a warning of skipped lines; null when it cannot be used, which has been reported. */
  private accepted<Value>(
    trace: Trace<Value>,
    { key, written, path }: { readonly key: TraceFileKey; readonly written: string; readonly path: string },
  ): Value | null {
    const { problems } = this.context.admission;
    const place = this.placeOf(key);
    const name = JSON.stringify(written);
    if (trace.ok) {
      const { skipped } = trace;
      if (skipped.count > 0) problems.warning("W-bad-lines", place, `${name}: skipped ${skippedText(skipped)}`);
      return trace.value;
    }
    for (const { line, message } of trace.problems) {
      if (line === 0) problems.error("E-type", place, `${name} ${message}`);
      else problems.error("E-type", { file: path, line, column: 1, path: "" }, message);
    }
    return null;
  }
}

type TraceFileKey = "file" | "durations" | "memory";

/** `2 bad lines: 17 and 230`; of many the first are named. */
function skippedText({ count, lines }: SkippedLines): string {
  if (count === 1) return `1 bad line: ${lines[0]}`;
  const named = lines.slice(0, 5);
  const last = count > named.length ? ", …" : ` and ${named.pop()}`;
  return `${count} bad lines: ${named.join(", ")}${last}`;
}

function unreadable(error: unknown, path: string): string {
  const name = JSON.stringify(path);
  if (error instanceof ChangedTrace) return `${name} ${error.message}`;
  if (error instanceof Unreadable) return `${name} is ${error.message}`;
  return `cannot read ${name}: ${reasonOf(error)}`;
}

/** The whole second after the last of some times, so that a run until there contains them all. */
export function afterLast(timesUs: readonly Instant[]): Instant {
  return endAfter(timesUs.reduce((latest, us) => Math.max(latest, us), 0));
}

function endAfter(lastUs: Instant): Instant {
  return (Math.floor(lastUs / SECOND) + 1) * SECOND;
}

function withMemory(resources: unknown, memory: string): JsonObject {
  const given = isObject(resources) ? resources : {};
  return { ...given, requests: { ...objectAt(given, "requests"), memory } };
}
