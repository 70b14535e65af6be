import type * as z from "zod";
import { type Duration, type Instant, NEVER, SECOND } from "../engine/time.js";
import type { RateProfile } from "../workload/profile.js";
import type { ArrivalPlan, RetryPlan, SourcePlan } from "../workload/source.js";
import type { Checked } from "./checked.js";
import type { DiagnosticList, Place } from "./diagnostics.js";
import { placeText } from "./knative-problems.js";
import type { sourceSchema, WrittenProfile } from "./schema-traffic.js";
import type { ServiceNames } from "./service-names.js";
import { afterLast, type LoadedTrace } from "./traces.js";
import type { Path, YamlDocument } from "./yaml-document.js";

type Source = Checked<z.output<typeof sourceSchema>>;

/** An entry of `traffic` with its trace, if it has one that could be read. */
export interface SourceEntry {
  readonly written: Source;
  readonly path: Path;
  readonly trace: LoadedTrace | null;
}

/** When the last of all traces and listed times is over; null when some source has no end of its own. */
export function endOfSources(entries: readonly SourceEntry[]): Instant | null {
  const ends = entries.map(
    ({ written, trace }) => trace?.endUs ?? (written.at ? afterLast(present(written.at)) : null),
  );
  if (ends.length === 0 || ends.includes(null)) return null;
  return ends.reduce((latest: number, end) => Math.max(latest, end ?? 0), SECOND);
}

/** The sources as the simulation runs them, in the order of `traffic`. */
export function sourcePlans(
  entries: readonly SourceEntry[],
  context: {
    readonly document: YamlDocument;
    readonly names: ServiceNames;
    readonly durationUs: Duration;
    readonly problems: DiagnosticList;
  },
): readonly SourcePlan[] {
  return new SourceBuilder(context).build(entries);
}

class SourceBuilder {
  private readonly perTarget = new Map<string, number>();
  private readonly places = new Map<string, Place>();

  constructor(private readonly context: Parameters<typeof sourcePlans>[1]) {}

  build(entries: readonly SourceEntry[]): readonly SourcePlan[] {
    return entries.flatMap((entry) => {
      this.checkKeys(entry);
      return entry.trace?.kind === "functions" ? this.functionSources(entry, entry.trace) : this.source(entry);
    });
  }

  /** Keys that belong to one kind of source only. */
  private checkKeys({ written, path }: SourceEntry): void {
    const { document, problems } = this.context;
    const isRate = document.find([...path, "rate"]) !== null || written.trace?.format === "rates";
    const isClosed = document.find([...path, "clients"]) !== null;
    for (const [key, belongs, owner] of [
      ["process", isRate, "rate"],
      ["think", isClosed, "clients"],
      ["requests", isClosed, "clients"],
      ["startJitter", isClosed, "clients"],
    ] as const) {
      if (document.find([...path, key]) !== null && !belongs)
        problems.error("E-key", document.keyPlaceOf([...path, key]), `"${key}" has a meaning only beside "${owner}"`);
    }
    const { from = 0, until } = written;
    const after = (written.at ?? []).findIndex((us) => us !== undefined && us >= this.context.durationUs);
    if (after >= 0)
      problems.warning("W-never-active", document.place([...path, "at", after]), "lies after the end of the run");
    if (until !== undefined && until <= from)
      problems.error("E-range", document.place([...path, "until"]), "until must be later than from");
    if (from >= this.context.durationUs)
      problems.warning(
        "W-never-active",
        document.place([...path, "from"]),
        "starts after the end of the run and sends nothing",
      );
  }

  private functionSources(
    entry: SourceEntry,
    trace: LoadedTrace & { readonly kind: "functions" },
  ): readonly SourcePlan[] {
    return trace.functions.map(({ service, arrivals, serviceTime }): SourcePlan => {
      const { key } = service.plan;
      const options = this.options(entry.written);
      const place = this.context.document.place([...entry.path, "trace"]);
      return {
        name: this.name(this.defaultName(key), place),
        to: key,
        tag: null,
        ...options,
        serviceTime: options.serviceTime ?? serviceTime,
        arrivals,
      };
    });
  }

  private source(entry: SourceEntry): readonly SourcePlan[] {
    const { written, path } = entry;
    const { document } = this.context;
    const target = this.target(entry);
    if (target === null) return [];
    const defaultName = this.defaultName(target.to);
    const name = this.name(
      written.name ?? defaultName,
      document.place(written.name === undefined ? path : [...path, "name"]),
    );
    const arrivals = this.arrivals(entry);
    if (arrivals === null) return [];
    const options = this.options(written);
    const traceTime = entry.trace?.kind === "arrivals" ? entry.trace.serviceTime : null;
    return [{ name, ...target, ...options, serviceTime: options.serviceTime ?? traceTime, arrivals }];
  }

  private target({ written, path }: SourceEntry): { readonly to: string; readonly tag: string | null } | null {
    const { document, names, problems } = this.context;
    const at: Path = [...path, "to"];
    if (written.to === undefined) {
      if (document.find(at) === null && written.trace === undefined && document.find([...path, "trace"]) === null)
        problems.error("E-key", document.place(path), 'missing key "to"');
      return null;
    }
    const isName = typeof written.to === "string";
    const service = isName ? (written.to as string) : (written.to as { readonly service?: string }).service;
    const tag = isName ? undefined : (written.to as { readonly tag?: string }).tag;
    if (service === undefined) return null;
    const resolved = names.resolve(service);
    if (!resolved.ok) {
      problems.error("E-ref", document.place(isName ? at : [...at, "service"]), resolved.error, resolved.suggestion);
      return null;
    }
    return { to: resolved.key, tag: tag ?? written.tagHeader ?? null };
  }

  /** The target's name for its first source, then `target/2`, `target/3`, counting all of them. */
  private defaultName(target: string): string {
    const count = (this.perTarget.get(target) ?? 0) + 1;
    this.perTarget.set(target, count);
    return count === 1 ? target : `${target}/${count}`;
  }

  private name(name: string, place: Place): string {
    const first = this.places.get(name);
    if (first === undefined) this.places.set(name, place);
    else {
      const message = `the source ${JSON.stringify(name)} is already defined at ${placeText(first)}`;
      this.context.problems.error("E-duplicate", place, message);
    }
    return name;
  }

  private options(written: Source) {
    return {
      fromUs: written.from ?? 0,
      untilUs: written.until ?? NEVER,
      timeoutUs: written.timeout ?? null,
      retries: retryPlan(written.retries),
      serviceTime: written.serviceTime ?? null,
    };
  }

  private arrivals({ written, path, trace }: SourceEntry): ArrivalPlan | null {
    if (trace?.kind === "arrivals") return trace.arrivals;
    if (written.at) {
      const timesUs = present(written.at).sort((left, right) => left - right);
      return { kind: "at", timesUs };
    }
    if (written.rate !== undefined) {
      const profile = this.profile(written.rate as number | WrittenProfile, written, path);
      return { kind: "rate", process: written.process ?? "poisson", profile };
    }
    if (written.clients === undefined) return null;
    const { clients } = written;
    return {
      kind: "clients",
      clients: typeof clients === "number" ? [[0, clients]] : clients.steps,
      think: written.think ?? { kind: "constant", us: 0 },
      startJitter: written.startJitter ?? null,
      requests: written.requests ?? null,
    };
  }

  private profile(rate: number | WrittenProfile, { from = 0, until }: Source, path: Path): RateProfile {
    if (typeof rate === "number") return { kind: "constant", ratePerSecond: rate };
    if (rate.kind === "ramp") {
      const activeUs = Math.min(until ?? NEVER, this.context.durationUs) - from;
      return { ...rate, overUs: rate.overUs ?? Math.max(activeUs, 1) };
    }
    if (rate.kind === "sine" && rate.amplitude > rate.mean) {
      const { document, problems } = this.context;
      const message = "the amplitude is larger than the mean; a negative rate counts as 0";
      problems.warning("W-negative-rate", document.place([...path, "rate", "sine", "amplitude"]), message);
    }
    return rate;
  }
}

const DEFAULT_STATUSES: RetryPlan["statuses"] = [
  [502, 502],
  [503, 503],
  [504, 504],
];

function retryPlan(written: Source["retries"]): RetryPlan | null {
  if (written === undefined) return null;
  const backoff = written.backoff ?? { kind: "constant", us: 100_000 };
  return {
    max: written.max ?? 0,
    backoff:
      backoff.kind === "growing"
        ? {
            initialUs: backoff.initialUs,
            factor: backoff.factor,
            maxUs: backoff.maxUs ?? NEVER,
            jitter: backoff.jitter,
          }
        : backoff,
    statuses: written.statuses ? present(written.statuses) : DEFAULT_STATUSES,
  };
}

function present<T>(values: readonly (T | undefined)[]): T[] {
  return values.filter((value): value is T & {} => value !== undefined);
}

/** The names by which `--set` knows the entries of `traffic`: written ones, and those the targets give. */
export function writtenSourceNames(
  entries: readonly { readonly name: string | null; readonly target: string | null }[],
): readonly (string | null)[] {
  const counts = new Map<string, number>();
  return entries.map(({ name, target }) => {
    if (target === null) return name;
    const count = (counts.get(target) ?? 0) + 1;
    counts.set(target, count);
    return name ?? (count === 1 ? target : `${target}/${count}`);
  });
}
