/** One step of a `--set` path: a key, or what stands in brackets. */
export type SetStep =
  | { readonly kind: "key"; readonly text: string }
  | { readonly kind: "bracket"; readonly text: string; readonly isQuoted: boolean };

export interface SetAssignment {
  readonly steps: readonly SetStep[];
  /** As written; empty = delete. */
  readonly value: string;
}

export type ParsedSet =
  | { readonly ok: true; readonly assignment: SetAssignment }
  | { readonly ok: false; readonly error: string };

/**
 * Reads `PATH=VALUE`, split at the first `=` outside brackets (contract details A19).
 *
 * Brackets hold anything but `]`, or a JSON string, which may hold that too.
 */
export function parseSet(text: string): ParsedSet {
  const steps: SetStep[] = [];
  const fail = (error: string): ParsedSet => ({ ok: false, error });
  let rest = text;
  while (!rest.startsWith("=")) {
    if (rest === "") return fail(`expected PATH=VALUE, found ${JSON.stringify(text)} without "="`);
    const step = rest.startsWith("[") ? bracket(rest) : key(rest, steps.length === 0);
    if (typeof step === "string") return fail(`${step} in ${JSON.stringify(text)}`);
    steps.push(step.step);
    rest = rest.slice(step.length);
  }
  if (steps.length === 0) return fail(`expected PATH=VALUE, found ${JSON.stringify(text)} without a path`);
  return { ok: true, assignment: { steps, value: rest.slice(1) } };
}

type Read = { readonly step: SetStep; readonly length: number } | string;

function key(rest: string, isFirst: boolean): Read {
  const match = /^(\.?)([^.[\]=]+)/.exec(rest);
  if (!match || (match[1] === "") !== isFirst) return `expected a key at ${JSON.stringify(rest)}`;
  return { step: { kind: "key", text: match[2] }, length: match[0].length };
}

function bracket(rest: string): Read {
  const quoted = /^\[("(?:[^"\\]|\\.)*")\]/.exec(rest);
  if (quoted) {
    try {
      const text = JSON.parse(quoted[1]) as string;
      return { step: { kind: "bracket", text, isQuoted: true }, length: quoted[0].length };
    } catch {
      return `${quoted[1]} is no JSON string`;
    }
  }
  const match = /^\[([^\]]+)\]/.exec(rest);
  if (!match) return `expected a closed bracket at ${JSON.stringify(rest)}`;
  return { step: { kind: "bracket", text: match[1], isQuoted: false }, length: match[0].length };
}
