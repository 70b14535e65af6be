import type { Duration } from "../engine/time.js";
import { EVENT_KINDS } from "./event-names.js";
import type {
  Aggregate,
  Anchor,
  Limit,
  MetricUse,
  Operator,
  Selector,
  Test,
  Value,
  Window,
  WindowTime,
} from "./expectation-ast.js";
import type { Token } from "./expectation-tokens.js";
import { inBaseUnit, needsUnit, type Quantity, spacedDuration, TIME_UNITS, wrongUnit } from "./expectation-units.js";
import { dimensionOf, pairingProblem } from "./metric-pairing.js";
import { type Dimension, findMetric, suggestMetric } from "./metrics.js";
import { nearestName } from "./nearest-name.js";

/** A mistake in an expectation; carried up from wherever it is found. */
export class ExpectationError extends Error {
  constructor(
    message: string,
    readonly offset: number,
    readonly suggestion: string | null = null,
  ) {
    super(message);
  }
}

const AGGREGATES: Readonly<Record<string, Aggregate>> = {
  ...{ avg: "mean", mean: "mean", med: "median", median: "median", min: "min", max: "max" },
  ...{ stddev: "stddev", first: "first", last: "last", count: "count", rate: "rate" },
};
const OPERATORS: Readonly<Record<string, Operator>> = {
  ...{ "<": "<", "<=": "<=", ">": ">", ">=": ">=", "==": "==", "===": "==", "!=": "!=" },
};
/** Other languages' comparisons. */
const FOREIGN_OPERATORS: Readonly<Record<string, Operator>> = { "=": "==", "=>": ">=", "=<": "<=", "<>": "!=" };
export const KINDS: readonly string[] = ["service", "revision", "source"];
const WINDOW_WORDS = ["at", "during", "after", "before", "every"];

/** Reads the grammar of contract details B by recursive descent, one method per rule. */
export class ExpectationParser {
  private at = 0;

  constructor(private readonly tokens: readonly Token[]) {}

  /** Where the next token stands. */
  get offset(): number {
    return this.token.offset;
  }

  selector(): Selector | null {
    // A colon occurs nowhere else.
    if (!this.tokens.some(({ kind, text }) => kind === "symbol" && text === ":")) return null;
    let kind: Selector["kind"] = null;
    if (KINDS.includes(this.token.text) && this.token.kind === "word" && this.peek.text === "/") {
      kind = this.next().text as Selector["kind"];
      this.next();
    }
    const { offset } = this.token;
    let name = this.name();
    if (name !== "*" && this.accept("/")) name += `/${this.name()}`;
    if (name.startsWith("default/")) name = name.slice("default/".length);
    const tag = this.accept("#") ? this.word("a tag") : null;
    this.expect(":");
    return { kind, name, tag, offset };
  }

  value(): Value {
    const { token } = this;
    if (token.kind !== "word") throw this.unexpected("a metric");
    const opens = this.peek.kind === "symbol" && this.peek.text === "(";
    if (token.text === "p" && opens) return this.percentile();
    if ((token.text === "time_to" || token.text === "time_while") && opens) return this.elapsed(token.text);
    if (Object.hasOwn(AGGREGATES, token.text)) return this.aggregate(AGGREGATES[token.text]);
    const percentile = /^p(\d+(?:\.\d+)?)$/.exec(token.text);
    if (percentile) throw new ExpectationError(`unknown metric "${token.text}"`, token.offset, `p(${percentile[1]})`);
    const use = this.metric();
    if (!this.accept("/")) return this.paired({ kind: "bare", use }, token);
    return this.paired({ kind: "quotient", numerator: use, denominator: this.metric() }, token);
  }

  test(value: Value): Test {
    const dimension = dimensionOf(value);
    const what = describe(value);
    const { token } = this;
    if (token.kind === "word" && token.text === "in") {
      this.next();
      const low = this.limit(dimension, what);
      this.expect("..");
      const high = this.limit(dimension, what);
      if (low.kind === "number" && high.kind === "number" && high.value < low.value) {
        throw new ExpectationError("the range ends before it begins", token.offset);
      }
      return { kind: "in", low, high };
    }
    return { kind: "compare", op: this.operator(), limit: this.limit(dimension, what) };
  }

  window(): Window | null {
    const { token } = this;
    if (token.kind === "end") return null;
    if (token.kind !== "word" || !WINDOW_WORDS.includes(token.text)) {
      const nearest = token.kind === "word" ? nearestName(token.text, WINDOW_WORDS) : null;
      throw new ExpectationError(
        `unexpected "${token.text}"; a window begins with at, during, after, before or every`,
        token.offset,
        nearest,
      );
    }
    const window = token.text === "every" ? { kind: "span" as const, from: null, until: null } : this.span();
    let everyUs: Duration | null = null;
    if (this.token.kind === "word" && this.token.text === "every") {
      const { offset } = this.next();
      if (window.kind === "at") throw new ExpectationError('"at" is one moment: use "during" with "every"', offset);
      everyUs = this.duration();
      if (everyUs <= 0) throw new ExpectationError('"every" needs a duration above 0', offset);
    }
    return { ...window, everyUs };
  }

  end(): void {
    if (this.token.kind !== "end") throw this.unexpected("the end");
  }

  private span(): Omit<Window, "everyUs"> {
    const { text, offset } = this.next();
    if (text === "at") {
      const time = this.time();
      return { kind: "at", from: time, until: time };
    }
    if (text === "after") return { kind: "span", from: this.time(), until: null };
    if (text === "before") return { kind: "span", from: null, until: this.time() };
    const from = this.time();
    this.expect("..");
    const until = this.time();
    if (from.anchor.kind === "start" && until.anchor.kind === "start" && until.offsetUs < from.offsetUs) {
      throw new ExpectationError("window ends before it begins", offset);
    }
    return { kind: "span", from, until };
  }

  private time(): WindowTime {
    const { token } = this;
    if (token.kind !== "word") return { anchor: { kind: "start" }, offsetUs: this.duration() };
    const anchor = this.anchor();
    if (this.accept("+")) return { anchor, offsetUs: this.duration() };
    if (this.accept("-")) return { anchor, offsetUs: -this.duration() };
    return { anchor, offsetUs: 0 };
  }

  private anchor(): Anchor {
    const token = this.next();
    const { text, offset } = token;
    if (text === "start" || text === "warmup" || text === "end" || text === "drained") return { kind: text };
    if (text !== "first" && text !== "last") {
      const known = ["start", "warmup", "end", "drained", "first", "last"];
      const spaced = /^(start|warmup|end|drained)-(.+)$/.exec(text);
      const suggestion = spaced ? `${spaced[1]} - ${spaced[2]}` : nearestName(text, known);
      throw new ExpectationError(
        `unknown moment "${text}"; there are ${known.slice(0, 4).join(", ")}, first(…) and last(…)`,
        offset,
        suggestion,
      );
    }
    this.expect("(");
    const what = this.next();
    if (what.kind !== "word") throw new ExpectationError("expected an event, request or response", what.offset);
    this.expect(")");
    if (what.text === "request" || what.text === "response") return { kind: text, of: what.text };
    if (!EVENT_KINDS.includes(what.text)) {
      const nearest = nearestName(what.text, [...EVENT_KINDS, "request", "response"]);
      throw new ExpectationError(`unknown event "${what.text}"`, what.offset, nearest);
    }
    return { kind: text, of: { event: what.text } };
  }

  private percentile(): Value {
    const start = this.next();
    this.next();
    const percent = this.next();
    if (percent.kind !== "number" || percent.value > 100) {
      throw new ExpectationError("a percentile is a number from 0 to 100", percent.offset);
    }
    const use = this.accept(",") ? this.metric() : latency();
    this.expect(")");
    return this.paired({ kind: "percentile", use, q: percent.value / 100 }, start);
  }

  private aggregate(aggregate: Aggregate): Value {
    const start = this.next();
    let use = latency();
    if (this.accept("(") && !this.accept(")")) {
      use = this.metric();
      this.expect(")");
    }
    return this.paired({ kind: "aggregate", use, aggregate }, start);
  }

  private elapsed(what: "time_to" | "time_while"): Value {
    const start = this.next();
    this.next();
    const use = this.metric();
    const op = this.operator();
    const limit = this.quantityIn(use.metric.dimension, use.written);
    this.expect(")");
    return this.paired({ kind: "elapsed", what, use, op, limit }, start);
  }

  private paired(value: Value, { offset }: Token): Value {
    const problem = pairingProblem(value);
    if (problem !== null) throw new ExpectationError(problem, offset);
    return value;
  }

  private metric(): MetricUse {
    const { text, offset, kind } = this.token;
    if (kind !== "word") throw this.unexpected("a metric");
    this.next();
    const metric = findMetric(text);
    if (!metric) throw new ExpectationError(`unknown metric "${text}"`, offset, suggestMetric(text));
    if (!metric.isMeasured) throw new ExpectationError(`"${text}" is not measured yet`, offset);
    const hasArgument = this.accept("(");
    if (!hasArgument && metric.argument === "none") return { metric, written: text, argument: null };
    if (!hasArgument || metric.argument === "none") {
      const example = metric.argument === "status" ? `${text}(200)` : `${text}(300)`;
      const error = hasArgument ? `"${text}" takes nothing in parentheses` : `"${text}" needs an argument: ${example}`;
      throw new ExpectationError(error, offset);
    }
    const start = this.token.offset;
    const from = this.integer();
    const to = metric.argument === "status" && this.accept("..") ? this.integer() : from;
    if (to < from) throw new ExpectationError("the range ends before it begins", start);
    this.expect(")");
    return { metric, written: `${text}(${from === to ? from : `${from}..${to}`})`, argument: { from, to } };
  }

  private limit(dimension: Dimension, what: string): Limit {
    if (this.token.kind !== "word" || this.token.text !== "baseline") {
      return { kind: "number", value: this.quantityIn(dimension, what) };
    }
    this.next();
    const sign = this.accept("+") ? 1 : this.accept("-") ? -1 : 0;
    if (sign === 0) return { kind: "baseline", factor: 1, offset: 0 };
    const { offset } = this.token;
    const quantity = this.quantity();
    if (quantity.unit === "%") return { kind: "baseline", factor: 1 + (sign * quantity.value) / 100, offset: 0 };
    return { kind: "baseline", factor: 1, offset: sign * this.inUnit(quantity, dimension, what, offset) };
  }

  private quantityIn(dimension: Dimension, what: string): number {
    const { offset } = this.token;
    return this.inUnit(this.quantity(), dimension, what, offset);
  }

  private inUnit(quantity: Quantity, dimension: Dimension, what: string, offset: number): number {
    const value = inBaseUnit(quantity, dimension);
    if (value === null) throw new ExpectationError(wrongUnit(quantity, what, dimension), offset);
    return value;
  }

  private quantity(): Quantity {
    const sign = this.accept("-") ? -1 : 1;
    const prefix = sign < 0 ? "-" : "";
    const token = this.next();
    if (token.kind === "duration") return { text: prefix + token.text, value: sign * token.value, unit: "duration" };
    if (token.kind !== "number") throw this.unexpected("a number", token);
    const value = sign * token.value;
    const { kind, text } = this.token;
    const quantity = (unit: Quantity["unit"], shown: string): Quantity => {
      this.next();
      return { text: prefix + token.text + shown, value, unit };
    };
    if (kind === "symbol" && text === "%") return quantity("%", text);
    if (kind === "symbol" && text === "/") {
      this.next();
      if (this.token.text !== "s") throw this.unexpected('"s" after "/"');
      return quantity("/s", "/s");
    }
    if (kind === "word") {
      if (text === "rps" || text === "pods" || text === "vcpu" || text === "gib") return quantity(text, text);
      if (TIME_UNITS.includes(text))
        return { ...quantity("duration", text), value: sign * spacedDuration(token.text, text) };
      if (/^[A-Z]{3}$/.test(text)) return quantity({ currency: text }, text);
      if (this.token.isAttached) throw new ExpectationError(`unknown unit "${text}"`, this.token.offset);
    }
    return { text: prefix + token.text, value, unit: "" };
  }

  private duration(): Duration {
    const { offset } = this.token;
    const { text, value, unit } = this.quantity();
    if (unit === "duration") return value;
    if (unit === "" && value === 0) return 0;
    throw new ExpectationError(unit === "" ? needsUnit(text) : `"${text}" is no duration`, offset);
  }

  private operator(): Operator {
    const token = this.next();
    if (token.kind !== "symbol" || !Object.hasOwn(OPERATORS, token.text)) {
      const meant = Object.hasOwn(FOREIGN_OPERATORS, token.text) ? FOREIGN_OPERATORS[token.text] : null;
      throw this.unexpected("a comparison such as <=", token, meant);
    }
    return OPERATORS[token.text];
  }

  private integer(): number {
    const token = this.next();
    if (token.kind !== "number" || !Number.isInteger(token.value)) throw this.unexpected("a whole number", token);
    return token.value;
  }

  private name(): string {
    if (this.accept("*")) return "*";
    return this.token.kind === "string" ? this.next().text : this.word("a name");
  }

  private word(what: string): string {
    const token = this.next();
    if (token.kind !== "word") throw this.unexpected(what, token);
    return token.text;
  }

  private get token(): Token {
    return this.tokens[this.at];
  }

  private get peek(): Token {
    return this.tokens[Math.min(this.at + 1, this.tokens.length - 1)];
  }

  /** The token at hand; the end is never passed. */
  private next(): Token {
    const { token } = this;
    if (this.at < this.tokens.length - 1) this.at++;
    return token;
  }

  private accept(symbol: string): boolean {
    if (this.token.kind !== "symbol" || this.token.text !== symbol) return false;
    this.next();
    return true;
  }

  private expect(symbol: string): void {
    if (!this.accept(symbol)) throw this.unexpected(`"${symbol}"`);
  }

  private unexpected(wanted: string, token = this.token, meant: string | null = null): ExpectationError {
    const found = token.kind === "end" ? "it ends here" : `found "${token.text}"`;
    return new ExpectationError(`expected ${wanted}, ${found}`, token.offset, meant);
  }
}

function latency(): MetricUse {
  return { metric: findMetric("latency")!, written: "latency", argument: null };
}

/** The value in a message. */
function describe(value: Value): string {
  if (value.kind === "quotient") return `${value.numerator.written}/${value.denominator.written}`;
  if (value.kind === "elapsed") return value.what;
  if (value.kind === "aggregate") return `${value.aggregate}(${value.use.written})`;
  return value.use.written;
}
