import type { Instant } from "../engine/time.js";
import { TimestampReader } from "../workload/timestamps.js";
import { type Trace, TraceProblems } from "../workload/trace-problems.js";
import { Sha256 } from "./sha256.js";
import type { Source } from "./source-text.js";
import { textPieces, Unreadable } from "./text-pieces.js";

/** 8 MB; a trace that is not longer is read only once, and runs that are taken step by step can use it. */
const MOST_HELD_ARRIVALS = 1_000_000;

/** No line of arrivals is as long; it would come from a file that has no lines. */
const LONGEST_LINE = 1_000_000;

/** Where a trace comes from, and how it is to be understood. */
export interface TimestampFile {
  /** A fresh stream at every call. */
  open(): Promise<Source>;
  /** The wall clock at t = 0; null = the earliest date is t = 0. */
  readonly epochSeconds: number | null;
  /** Added to every time. */
  readonly fromUs: Instant;
  readonly skipsBadLines: boolean;
  /** Whether all arrivals are needed at once, however many there are. */
  readonly holds: boolean;
}

/** Arrivals of a trace. */
export interface Timestamps {
  readonly count: number;
  readonly lastUs: Instant;
  /** All of them in the order of time; null = they are in the file in that order, and too many to be held. */
  readonly held: Float64Array | null;
  /** Anew from the start, when none are held. A block is overwritten by the next one. */
  blocks(): AsyncIterator<Float64Array>;
  /** SHA-256 of the text. */
  readonly digest: string;
}

/** The file has other arrivals than when it was first read. */
export class ChangedTrace extends Error {}

/**
 * Reads a trace of timestamps: one pass finds what is wrong with it, how many arrivals there are and whether they are in
 * the order of time. If they are not, a second one gathers them, 8 bytes each.
 *
 * @throws Unreadable when the file is no text, ChangedTrace, or whatever its stream fails with
 */
export async function readTimestamps(file: TimestampFile): Promise<Trace<Timestamps>> {
  const survey = new Survey();
  const hash = new Sha256();
  const encoder = new TextEncoder();
  const problems = new TraceProblems(file.skipsBadLines);
  const reader = new TimestampReader(file.epochSeconds, problems);
  for await (const times of timesOf(file, reader, (piece) => void hash.add(encoder.encode(piece)))) survey.add(times);
  const { count, isSorted } = survey;
  if (count === 0) problems.addFile("contains no time");
  const shiftUs = file.fromUs - (reader.countsFrom1970 ? survey.earliest : 0);
  const blocks = () => blocksOf(file, { count, isSorted, shiftUs });
  const trace = problems.result({ count, lastUs: survey.latest + shiftUs, held: null, blocks, digest: hash.digest() });
  if (!trace.ok) return trace;
  let held: Float64Array | null = survey.held?.map((us) => us + shiftUs) ?? null;
  if (held === null && (file.holds || !isSorted)) held = await gathered(blocks(), count);
  return { ...trace, value: { ...trace.value, held: isSorted ? held : (held?.sort() ?? null) } };
}

/** What there is to know of a trace before it is replayed. */
class Survey {
  count = 0;
  earliest = Number.POSITIVE_INFINITY;
  latest = Number.NEGATIVE_INFINITY;
  isSorted = true;
  private last = Number.NEGATIVE_INFINITY;
  private kept: Float64Array | null = new Float64Array(1024);

  /** All times in the order of the file; null = there are too many. */
  get held(): Float64Array | null {
    return this.kept?.subarray(0, this.count) ?? null;
  }

  add(times: Float64Array): void {
    for (const us of times) {
      if (us < this.earliest) this.earliest = us;
      if (us > this.latest) this.latest = us;
      if (us < this.last) this.isSorted = false;
      this.last = us;
    }
    this.keep(times);
    this.count += times.length;
  }

  private keep(times: Float64Array): void {
    if (this.kept === null) return;
    const needed = this.count + times.length;
    // Beyond the limit a second pass, which knows how many there are, takes half the memory of growing.
    if (needed > MOST_HELD_ARRIVALS) {
      this.kept = null;
      return;
    }
    if (needed > this.kept.length) {
      const larger = new Float64Array(2 * needed);
      larger.set(this.kept.subarray(0, this.count));
      this.kept = larger;
    }
    this.kept.set(times, this.count);
  }
}

async function* timesOf(
  file: TimestampFile,
  reader: TimestampReader,
  seePiece: (piece: string) => void = () => {},
): AsyncIterableIterator<Float64Array> {
  for await (const piece of textPieces(await file.open())) {
    if (piece.includes("\0")) throw new Unreadable("not text: it contains a NUL byte");
    seePiece(piece);
    yield reader.take(piece);
    if (reader.unfinished > LONGEST_LINE) throw new Unreadable("not text: a line is too long");
  }
  yield reader.end();
}

/** The blocks of a file that was surveyed. @throws ChangedTrace when it is not as it was */
async function* blocksOf(
  file: TimestampFile,
  expected: { readonly count: number; readonly isSorted: boolean; readonly shiftUs: Instant },
): AsyncIterableIterator<Float64Array> {
  const reader = new TimestampReader(file.epochSeconds, new TraceProblems(true));
  const { shiftUs } = expected;
  let count = 0;
  let last = Number.NEGATIVE_INFINITY;
  let isSorted = true;
  for await (const times of timesOf(file, reader)) {
    for (let index = 0; index < times.length; index++) {
      const us = times[index] + shiftUs;
      if (us < last) isSorted = false;
      last = us;
      times[index] = us;
    }
    count += times.length;
    if (count > expected.count || (expected.isSorted && !isSorted)) break;
    yield times;
  }
  if (count !== expected.count || isSorted !== expected.isSorted) throw new ChangedTrace("changed while it was read");
}

async function gathered(blocks: AsyncIterator<Float64Array>, count: number): Promise<Float64Array> {
  const all = new Float64Array(count);
  let length = 0;
  for (let next = await blocks.next(); !next.done; next = await blocks.next()) {
    all.set(next.value, length);
    length += next.value.length;
  }
  return all;
}
