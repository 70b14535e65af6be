import { invariant } from "../engine/invariant.js";
import type { Instant } from "../engine/time.js";
import { type EndedRequest, Status } from "../model/observer.js";
import type { NameTables } from "./names.js";
import type { RequestRow } from "./run-record.js";
import { statusText } from "./status-counts.js";
import { TextTable } from "./text-table.js";

const CHUNK = 8192;

const MODES = ["", "proxy", "serve"] as const;
const NOT_LOGGED = 0;
const LOGGED = 1;
const COLD = 2;
const PATH_SHIFT = 2;

/** Requests by their number in order of arrival, as columns; 75 bytes each. */
class Chunk {
  readonly arrivalUs = new Float64Array(CHUNK);
  readonly latencyUs = new Float64Array(CHUNK);
  readonly activatorWaitUs = new Float64Array(CHUNK);
  readonly podWaitUs = new Float64Array(CHUNK);
  readonly serviceUs = new Float64Array(CHUNK);
  readonly number = new Float64Array(CHUNK);
  readonly source = new Int32Array(CHUNK);
  readonly service = new Int32Array(CHUNK);
  readonly revision = new Int32Array(CHUNK);
  readonly pod = new Int32Array(CHUNK);
  readonly tag = new Int32Array(CHUNK);
  readonly attempt = new Int32Array(CHUNK);
  readonly status = new Int16Array(CHUNK);
  readonly flags = new Uint8Array(CHUNK);
}

/** Every request of a run that ended or was given up, for requests.csv. */
export class RequestLog {
  private readonly chunks: (Chunk | undefined)[] = [];
  private readonly tags = new TextTable();

  add(t: Instant, ended: EndedRequest): void {
    const chunk = (this.chunks[Math.floor(ended.request / CHUNK)] ??= new Chunk());
    const i = ended.request % CHUNK;
    invariant(chunk.flags[i] === NOT_LOGGED, "a request ended twice", { request: ended.request });
    chunk.arrivalUs[i] = ended.arrivalUs;
    chunk.latencyUs[i] = t - ended.arrivalUs;
    chunk.activatorWaitUs[i] = ended.activatorWaitUs;
    chunk.podWaitUs[i] = ended.podWaitUs;
    chunk.serviceUs[i] = ended.serviceUs;
    chunk.number[i] = ended.number;
    chunk.source[i] = ended.source;
    chunk.service[i] = ended.service;
    chunk.revision[i] = ended.revision;
    chunk.pod[i] = ended.pod;
    chunk.tag[i] = this.tags.numberOf(ended.tag);
    chunk.attempt[i] = ended.attempt;
    chunk.status[i] = ended.status;
    chunk.flags[i] = LOGGED | (ended.cold ? COLD : 0) | (ended.path << PATH_SHIFT);
  }

  /** Rows by arrival, then source, then number in the source (contract details C2). Requests still in flight and not given up are missing. */
  *rows(names: NameTables): IterableIterator<RequestRow> {
    for (const { chunk, i } of this.inOrder()) yield this.rowOf(chunk, i, names);
  }

  /** Numbers are in order of arrival; among equal instants the order is made here. */
  private *inOrder(): IterableIterator<{ chunk: Chunk; i: number }> {
    let together: { chunk: Chunk; i: number }[] = [];
    for (const chunk of this.chunks) {
      if (chunk === undefined) continue;
      for (let i = 0; i < CHUNK; i++) {
        if (chunk.flags[i] === NOT_LOGGED) continue;
        const first = together[0];
        if (first !== undefined && chunk.arrivalUs[i] !== first.chunk.arrivalUs[first.i]) {
          yield* sorted(together);
          together = [];
        }
        together.push({ chunk, i });
      }
    }
    yield* sorted(together);
  }

  private rowOf(chunk: Chunk, i: number, names: NameTables): RequestRow {
    const source = names.sources[chunk.source[i]];
    const pod = chunk.pod[i];
    const isOver = chunk.status[i] !== Status.inFlight;
    return {
      id: `${source}-${chunk.number[i]}`,
      arrivalUs: chunk.arrivalUs[i],
      service: names.services[chunk.service[i]],
      revision: names.revisions[chunk.revision[i]] ?? "",
      pod: names.pods[pod] ?? "",
      status: statusText(chunk.status[i]),
      latencyUs: isOver ? chunk.latencyUs[i] : null,
      activatorWaitUs: orNull(chunk.activatorWaitUs[i]),
      podWaitUs: orNull(chunk.podWaitUs[i]),
      serviceUs: orNull(chunk.serviceUs[i]),
      cold: (chunk.flags[i] & COLD) !== 0,
      source,
      attempt: chunk.attempt[i],
      mode: MODES[chunk.flags[i] >> PATH_SHIFT],
      tag: this.tags.textOf(chunk.tag[i])!,
      node: names.nodes[pod] ?? "",
    };
  }
}

function sorted(together: { chunk: Chunk; i: number }[]): { chunk: Chunk; i: number }[] {
  if (together.length < 2) return together;
  return together.sort((a, b) => {
    const bySource = a.chunk.source[a.i] - b.chunk.source[b.i];
    return bySource === 0 ? a.chunk.number[a.i] - b.chunk.number[b.i] : bySource;
  });
}

/** Negative: it never was there. */
function orNull(us: number): number | null {
  return us < 0 ? null : us;
}
