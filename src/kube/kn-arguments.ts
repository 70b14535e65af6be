import { quote } from "./go-format.js";
import { parseBool, parseInt64 } from "./go-parse.js";
import { flagsOf, type KnFlag, type KnVerb } from "./kn-flags.js";
import { nearestName } from "./nearest-name.js";
import type { ShellWord } from "./shell-words.js";

/** A mistake in a command line and where it stands. */
export interface ArgumentError {
  readonly error: string;
  readonly offset: number;
  readonly suggestion: string | null;
}

export interface FlagValue {
  /** As written; of `--no-…` the opposite. */
  readonly text: string;
  /** Where the value stands, or the flag that has none. */
  readonly offset: number;
}

/** The flags and names of a command line, by the documented names of the flags. */
export class KnArguments {
  readonly names: ShellWord[] = [];
  private readonly given = new Map<string, FlagValue[]>();
  private makesRevision = false;
  private readonly negated = new Set<string>();

  /** Whether any flag was given at all. */
  get hasFlags(): boolean {
    return this.given.size > 0;
  }

  /** Whether a flag was given that makes a revision. */
  get touchesTemplate(): boolean {
    return this.makesRevision;
  }

  add(flag: KnFlag, value: FlagValue, negated: boolean): ArgumentError | null {
    const values = this.given.get(flag.name);
    if (flag.negatable) {
      if (values && this.negated.has(flag.name) !== negated) {
        const error = `only one of --no-${flag.name} and --${flag.name} may be specified`;
        return { error, offset: value.offset, suggestion: null };
      }
      if (negated) this.negated.add(flag.name);
    }
    if (flag.makesRevision) this.makesRevision = true;
    if (values) values.push(value);
    else this.given.set(flag.name, [value]);
    return null;
  }

  has(name: string): boolean {
    return this.given.has(name);
  }

  /** Every value of a flag that gathers, lists taken apart. */
  all(name: string): readonly FlagValue[] {
    return this.given.get(name) ?? [];
  }

  /** The value that counts: the last. */
  last(name: string): FlagValue | undefined {
    return this.given.get(name)?.at(-1);
  }

  text(name: string): string | undefined {
    return this.last(name)?.text;
  }

  /** The number of an `int` flag, undefined when not given. */
  int(name: string): number | undefined {
    const text = this.text(name);
    return text === undefined ? undefined : Number(text);
  }

  /** The state of a `bool` flag, undefined when not given. */
  bool(name: string): boolean | undefined {
    const text = this.text(name);
    return text === undefined ? undefined : text === "true";
  }
}

/**
 * Reads flags (`--flag value`, `--flag=value`, `-f value`, `-fvalue`) and names in any order; after `--` all are names.
 *
 * Messages are those of kn's flag library, with the command they are about.
 *
 * @see spf13/pflag flag.go (parseLongArg, parseSingleShortArg)
 */
export function readArguments(verb: KnVerb, words: readonly ShellWord[]): KnArguments | ArgumentError {
  const spellings = flagsOf(verb);
  const result = new KnArguments();
  const fail = (error: string, offset: number, suggestion: string | null = null): ArgumentError => ({
    error: `${error} for 'kn ${verb}'`,
    offset,
    suggestion,
  });
  for (let index = 0; index < words.length; index++) {
    const word = words[index];
    const isLong = word.text.startsWith("--");
    if (word.text === "--") {
      result.names.push(...words.slice(index + 1));
      break;
    }
    if (!word.text.startsWith("-") || word.text === "-") {
      result.names.push(word);
      continue;
    }
    const equals = word.text.indexOf("=");
    const name = isLong ? word.text.slice(2, equals < 0 ? undefined : equals) : word.text[1];
    const found = isLong
      ? spellings.get(name)
      : [...spellings.values()].find(({ flag, negated }) => flag.shorthand === name && !negated);
    if (!found && isLong) {
      const nearest = nearestName(name, spellings.keys());
      return fail(`unknown flag: --${name}`, word.offset, nearest === null ? null : `--${nearest}`);
    }
    if (!found) return fail(`unknown shorthand flag: ${goRune(name)} in ${word.text}`, word.offset);

    const { flag, negated } = found;
    let value = attachedValue(word, isLong, equals);
    if (value === null && flag.value === "bool") value = { text: "true", offset: word.offset };
    if (value === null) {
      const next = words[++index];
      const what = isLong ? `--${name}` : `${goRune(name)} in ${word.text}`;
      if (!next) return fail(`flag needs an argument: ${what}`, word.offset);
      value = next;
    }
    const shown = flag.shorthand === undefined ? `--${name}` : `-${flag.shorthand}, --${flag.name}`;
    const problem = valueProblem(flag, value.text, result);
    if (problem !== null) {
      return fail(`invalid argument ${quote(value.text)} for ${quote(shown)} flag: ${problem}`, value.offset);
    }
    for (const part of takenApart(flag, value, negated)) {
      const error = result.add(flag, part, negated);
      if (error) return error;
    }
  }
  return result;
}

/** What follows the flag within its own word; null when nothing does. */
function attachedValue(word: ShellWord, isLong: boolean, equals: number): FlagValue | null {
  if (isLong) return equals < 0 ? null : { text: word.text.slice(equals + 1), offset: word.offset + equals + 1 };
  if (word.text.length === 2) return null;
  const start = word.text[2] === "=" ? 3 : 2;
  return { text: word.text.slice(start), offset: word.offset + start };
}

function valueProblem(flag: KnFlag, text: string, sofar: KnArguments): string | null {
  if (flag.value === "once" && sofar.has(flag.name)) return "can be provided only once";
  if (flag.value !== "int" && flag.value !== "bool") return null;
  const parsed = flag.value === "int" ? parseInt64(text) : parseBool(text);
  return parsed.ok ? null : parsed.error;
}

function takenApart(flag: KnFlag, value: FlagValue, negated: boolean): FlagValue[] {
  if (flag.value === "bool") {
    const parsed = parseBool(value.text);
    return [{ ...value, text: String((parsed.ok && parsed.value) !== negated) }];
  }
  if (flag.value !== "list") return [value];
  let { offset } = value;
  return value.text.split(",").map((text) => {
    const part = { text, offset };
    offset += text.length + 1;
    return part;
  });
}

function goRune(character: string): string {
  return `'${character}'`;
}
