import { parseDuration } from "../engine/time.js";

export interface Token {
  /** `number`: without a unit; `duration`: Go's syntax in one piece; `end`: behind the last. */
  readonly kind: "word" | "number" | "duration" | "string" | "symbol" | "end";
  /** As written; of a string what is between the quotes. */
  readonly text: string;
  /** µs of a duration, the value of a number, else 0. */
  readonly value: number;
  readonly offset: number;
  /** The one before it ends where it begins. */
  readonly isAttached: boolean;
}

export type Tokens =
  | { readonly ok: true; readonly tokens: readonly Token[] }
  | { readonly ok: false; readonly error: string; readonly offset: number };

const NUMBER = /\d[\d_]*(?:\.\d+)?/y;
const DURATION = /(?:\d[\d_]*(?:\.\d+)?(?:ns|us|µs|μs|ms|s|m|h))+(?![A-Za-z\d_µμ])/y;
/** Dashes and dots belong to a word when more of it follows: `hello-00002`, `cold_start.boot`, but not `start..end`. */
const WORD = /[A-Za-z_µμ][A-Za-z\d_]*(?:[-.][A-Za-z\d_]+)*/y;
/** Some are no comparison here: the parser knows what was meant. */
const SYMBOL = /===|==|!=|<=|>=|=>|=<|<>|\.\.|[<>=(),:/#*+\-%]/y;
const STRING = /"([^"]*)"/y;

/** Cuts an expectation into tokens; blanks separate and are otherwise free. */
export function tokenize(text: string): Tokens {
  const tokens: Token[] = [];
  let at = 0;
  let end = -1;
  const take = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at;
    return pattern.exec(text);
  };
  while (true) {
    while (at < text.length && /\s/.test(text[at])) at++;
    const token = (kind: Token["kind"], shown: string, value = 0): Token => ({
      ...{ kind, text: shown, value, offset: at },
      isAttached: at === end,
    });
    if (at >= text.length) {
      tokens.push(token("end", ""));
      return { ok: true, tokens };
    }
    const found = read(take, token);
    if (found === null) {
      const error =
        text[at] === '"'
          ? "unterminated string"
          : `unexpected character "${String.fromCodePoint(text.codePointAt(at)!)}"`;
      return { ok: false, error, offset: at };
    }
    tokens.push(found.token);
    at += found.length;
    end = at;
  }
}

function read(
  take: (pattern: RegExp) => RegExpExecArray | null,
  token: (kind: Token["kind"], text: string, value?: number) => Token,
): { token: Token; length: number } | null {
  const duration = take(DURATION);
  if (duration) {
    const parsed = parseDuration(duration[0].replaceAll("_", ""));
    if (parsed.ok) return { token: token("duration", duration[0], parsed.us), length: duration[0].length };
  }
  const number = take(NUMBER);
  if (number) {
    return { token: token("number", number[0], Number(number[0].replaceAll("_", ""))), length: number[0].length };
  }
  const string = take(STRING);
  if (string) return { token: token("string", string[1]), length: string[0].length };
  const other = take(WORD);
  if (other) return { token: token("word", other[0]), length: other[0].length };
  const symbol = take(SYMBOL);
  return symbol && { token: token("symbol", symbol[0]), length: symbol[0].length };
}
