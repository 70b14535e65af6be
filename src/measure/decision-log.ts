import { SECOND } from "../engine/time.js";
import type { DecisionFact, DecisionReason } from "../model/observer.js";
import { sixDecimals, sixDecimalsOrNull } from "./rounding.js";
import { RowLog } from "./row-log.js";
import type { DecisionRow } from "./run-record.js";

/** In the order of contract details part D. */
const REASONS: readonly DecisionReason[] = [
  "notCollecting",
  "noData",
  "podCountError",
  "scaleDownDelay",
  "panicHold",
  "activationScale",
  "maxScaleUpRate",
  "maxScaleDownRate",
  "panicWindow",
  "stableWindow",
  "zero",
];

const Flag = { poke: 1, valid: 2, panicking: 4 } as const;
const COLUMNS = 15;

/** Runs of the deciders, in few bytes each: a decision mostly resembles the last one of its revision. */
export class DecisionLog {
  private readonly log = new RowLog(COLUMNS);
  private readonly row = new Float64Array(COLUMNS);

  add(decision: DecisionFact): void {
    const { row } = this;
    row[0] =
      (decision.cause === "poke" ? Flag.poke : 0) +
      (decision.valid ? Flag.valid : 0) +
      (decision.panicking ? Flag.panicking : 0);
    row[1] = REASONS.indexOf(decision.reason);
    row[2] = decision.ready;
    row[3] = decision.target;
    row[4] = decision.total;
    row[5] = decision.maxPanicPods;
    row[6] = decision.stable ?? Number.NaN;
    row[7] = decision.panic ?? Number.NaN;
    row[8] = decision.desired ?? Number.NaN;
    row[9] = decision.excessBurstCapacity ?? Number.NaN;
    row[10] = decision.delayed ?? Number.NaN;
    row[11] = decision.up ?? Number.NaN;
    row[12] = decision.down ?? Number.NaN;
    row[13] = decision.rawStable ?? Number.NaN;
    row[14] = decision.rawPanic ?? Number.NaN;
    this.log.append(decision.revision, decision.t, row);
  }

  /**
   * The lines of decisions.jsonl in the order decided (contract details C4).
   *
   * @param nameOf the name of a revision by its index
   */
  *rows(nameOf: (revision: number) => string): IterableIterator<DecisionRow> {
    for (const { stream, t, values } of this.log.rows()) {
      yield {
        t: t / SECOND,
        revision: nameOf(stream),
        ready: values[2],
        stable: sixDecimalsOrNull(values[6]),
        panic: sixDecimalsOrNull(values[7]),
        target: sixDecimals(values[3]),
        desired: sixDecimalsOrNull(values[8]),
        ebc: sixDecimalsOrNull(values[9]),
        panicking: (values[0] & Flag.panicking) !== 0,
        valid: (values[0] & Flag.valid) !== 0,
        reason: REASONS[values[1]],
        cause: (values[0] & Flag.poke) !== 0 ? "poke" : "tick",
        total: sixDecimals(values[4]),
        up: sixDecimalsOrNull(values[11]),
        down: sixDecimalsOrNull(values[12]),
        raw: { stable: sixDecimalsOrNull(values[13]), panic: sixDecimalsOrNull(values[14]) },
        maxPanicPods: values[5],
        delayed: sixDecimalsOrNull(values[10]),
      };
    }
  }
}
