import type { ShellWord } from "../kube/shell-words.js";

/** A flag that a tool knows: whether it takes a value, and its one-letter spelling. */
export interface FlagSpec {
  readonly takesValue: boolean;
  readonly short?: string;
}

/** Flags and names of a command line. */
export class Flags {
  constructor(
    readonly names: readonly string[],
    private readonly values: ReadonlyMap<string, readonly string[]>,
  ) {}

  has(name: string): boolean {
    return this.values.has(name);
  }

  /** Of a flag without a value: whether it is on; `--flag=false` switches it off. */
  isOn(name: string): boolean {
    const value = this.text(name);
    return value !== null && value !== "false";
  }

  /** The last value; null = not given. */
  text(name: string): string | null {
    return this.values.get(name)?.at(-1) ?? null;
  }

  all(name: string): readonly string[] {
    return this.values.get(name) ?? [];
  }
}

export type ReadFlags = { readonly ok: true; readonly flags: Flags } | { readonly ok: false; readonly error: string };

/**
 * Reads flags and names in any order, with the messages of the flag library of kn and kubectl.
 *
 * @see spf13/pflag flag.go
 */
export function readFlags(words: readonly ShellWord[], specs: Readonly<Record<string, FlagSpec>>): ReadFlags {
  const names: string[] = [];
  const values = new Map<string, string[]>();
  const refuse = (error: string): ReadFlags => ({ ok: false, error });
  for (let index = 0; index < words.length; index++) {
    const { text } = words[index];
    if (text === "--") {
      names.push(...words.slice(index + 1).map((word) => word.text));
      break;
    }
    if (!text.startsWith("-") || text === "-") {
      names.push(text);
      continue;
    }
    const isLong = text.startsWith("--");
    const equals = text.indexOf("=");
    const written = isLong ? text.slice(2, equals < 0 ? undefined : equals) : text[1];
    const name = isLong ? written : (Object.keys(specs).find((known) => specs[known].short === written) ?? "");
    if (!Object.hasOwn(specs, name)) {
      return refuse(isLong ? `unknown flag: --${written}` : `unknown shorthand flag: '${written}' in ${text}`);
    }
    let value = isLong ? (equals < 0 ? null : text.slice(equals + 1)) : text.length > 2 ? text.slice(2) : null;
    if (!isLong && value?.startsWith("=")) value = value.slice(1);
    if (value === null && specs[name].takesValue) {
      const next = words[++index];
      if (!next) return refuse(`flag needs an argument: ${isLong ? `--${written}` : `'${written}' in ${text}`}`);
      value = next.text;
    }
    values.set(name, [...(values.get(name) ?? []), value ?? "true"]);
  }
  return { ok: true, flags: new Flags(names, values) };
}
