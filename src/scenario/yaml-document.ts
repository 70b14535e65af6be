import {
  type Alias,
  type Document,
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type Pair,
  parseAllDocuments,
  type Scalar,
  visit,
  type YAMLMap,
  type YAMLSeq,
} from "yaml";
import { compareBytes } from "../kube/byte-order.js";
import type { DiagnosticList, Place } from "./diagnostics.js";

/** Steps from a document's root to a value: keys of maps and indices of lists. */
export type Path = readonly (string | number)[];

/** A resolved YAML value: never an alias. */
export type Value = YAMLMap | YAMLSeq | Scalar;

/** One document of a YAML file, with the line and column of everything in it. */
export class YamlDocument {
  /** Values put there by `--set`, with the words to blame. */
  private readonly origins = new WeakMap<object, string>();
  /** What each alias stands for; gathered once, as looking for one means walking the whole document. */
  private readonly aliasTargets = new Map<Alias, Node>();
  /** Pairs by key of the maps that were looked into. */
  private readonly pairs = new WeakMap<YAMLMap, Map<string, Pair>>();

  constructor(
    readonly file: string,
    readonly document: Document,
    private readonly lines: LineCounter,
  ) {
    const anchors = new Map<string, Node>();
    visit(document, {
      Node: (_, node) => {
        if (isAlias(node)) {
          const target = anchors.get(node.source);
          if (target) this.aliasTargets.set(node, target);
        } else if (node.anchor) anchors.set(node.anchor, node);
      },
    });
  }

  /** The document's value; null when it is empty. */
  get root(): Value | null {
    return this.resolve(this.document.contents);
  }

  /** Follows an alias to what it stands for. */
  resolve(node: unknown): Value | null {
    if (isAlias(node)) return this.resolve(this.aliasTargets.get(node));
    return isMap(node) || isSeq(node) || isScalar(node) ? node : null;
  }

  /** The value of a key; null without such a key. */
  get(map: YAMLMap, key: string): Value | null {
    const pair = this.pairOf(map, key);
    return pair ? this.resolve(pair.value) : null;
  }

  /** The pair of a key; null without such a key. */
  pairOf(map: YAMLMap, key: string): Pair | null {
    let pairs = this.pairs.get(map);
    if (pairs === undefined) {
      // From the end, so that of a doubled key the first counts.
      pairs = new Map([...map.items].reverse().map((item) => [keyText(item.key), item]));
      this.pairs.set(map, pairs);
    }
    return pairs.get(key) ?? null;
  }

  /** Must be called when the keys of a map have changed. */
  keysChanged(map: YAMLMap): void {
    this.pairs.delete(map);
  }

  /** The value at the end of a path; null when there is none. */
  find(path: Path): Value | null {
    let value = this.root;
    for (const step of path) value = value === null ? null : this.child(value, step);
    return value;
  }

  /** Where a value stands; for one that is not there, the nearest enclosing one that is. */
  place(path: Path): Place {
    let value = this.root;
    let nearest: object | null = value;
    let origin = value && this.origins.get(value);
    for (const step of path) {
      value = value === null ? null : this.child(value, step);
      if (value === null) break;
      nearest = value;
      origin = this.origins.get(value) ?? origin;
    }
    return this.placeOf(nearest, path, origin);
  }

  /** Where the key itself stands, for keys that should not be there. */
  keyPlace(map: YAMLMap, key: Node | unknown, path: Path): Place {
    const origin = isNode(key) ? (this.origins.get(key) ?? this.origins.get(map)) : this.origins.get(map);
    return this.placeOf(isNode(key) ? key : map, path, origin);
  }

  /** Where the key at the end of a path stands; that of its value's parent when there is none. */
  keyPlaceOf(path: Path): Place {
    const parent = this.find(path.slice(0, -1));
    const key = path[path.length - 1];
    const pair = isMap(parent) && typeof key === "string" ? this.pairOf(parent, key) : null;
    return isMap(parent) && pair ? this.keyPlace(parent, pair.key, path) : this.place(path);
  }

  /**
   * Where a field stands that Knative names by a dotted path such as `spec.traffic[0].percent` or
   * `spec.template.metadata.annotations.autoscaling.knative.dev/window`, below the value at `base`.
   */
  fieldPlace(base: Path, field: string): Place {
    return this.place([...base, ...this.fieldPath(base, field)]);
  }

  /** True when the field that Knative names is written in the document. */
  hasField(base: Path, field: string): boolean {
    return this.find([...base, ...this.fieldPath(base, field)]) !== null;
  }

  /** Blames a value, and all below it, on a `--set`. */
  setOrigin(node: object, origin: string): void {
    this.origins.set(node, origin);
  }

  /** The `--set` a value comes from; undefined when it stands in the file. */
  originOf(path: Path): string | undefined {
    const { line, file } = this.place(path);
    return line === 0 ? file : undefined;
  }

  private child(value: Value, step: string | number): Value | null {
    if (isMap(value)) return this.get(value, String(step));
    if (isSeq(value) && typeof step === "number") return this.resolve(value.items[step]);
    return null;
  }

  private placeOf(node: unknown, path: Path, origin: string | undefined | null): Place {
    const text = pathText(path);
    if (origin) return { file: origin, line: 0, column: 0, path: text };
    const offset = isNode(node) && node.range ? node.range[0] : 0;
    const { line, col } = this.lines.linePos(offset);
    return { file: this.file, line: Math.max(line, 1), column: Math.max(col, 1), path: text };
  }

  /** Keys may contain dots, so the longest key that fits the text is taken at each step. */
  private fieldPath(base: Path, field: string): Path {
    const steps: (string | number)[] = [];
    let value = this.find(base);
    let rest = field;
    while (rest !== "") {
      const index = /^\[(\d+)\]/.exec(rest);
      if (index && value && isSeq(value)) {
        steps.push(Number(index[1]));
        rest = rest.slice(index[0].length);
      } else {
        const key = value && isMap(value) ? longestKey(value, rest) : null;
        if (key === null) {
          // Not written in the document: the rest of the path only serves to name it.
          steps.push(...rest.split(/[.[\]]+/).filter((part) => part !== ""));
          break;
        }
        steps.push(key.key);
        rest = rest.slice(key.length);
      }
      value = this.find([...base, ...steps]);
      if (rest.startsWith(".")) rest = rest.slice(1);
    }
    return steps;
  }
}

/** The longest key of the map with which `rest` begins, plain or in brackets. */
function longestKey(map: YAMLMap, rest: string): { readonly key: string; readonly length: number } | null {
  const keys = map.items
    .map(({ key }) => keyText(key))
    .sort((left, right) => right.length - left.length || compareBytes(left, right));
  for (const key of keys) {
    for (const text of [key, `[${key}]`]) {
      const next = rest[text.length];
      if (rest.startsWith(text) && (next === undefined || next === "." || next === "["))
        return { key, length: text.length };
    }
  }
  return null;
}

/** `traffic[1].to`; keys that are not plain words are quoted in brackets. */
export function pathText(path: Path): string {
  let text = "";
  for (const step of path) {
    if (typeof step === "number") text += `[${step}]`;
    else if (/^[\w-]+$/.test(step)) text += text === "" ? step : `.${step}`;
    else text += `[${step}]`;
  }
  return text;
}

/** A key as it was written: `007` stays `007`. */
export function keyText(key: unknown): string {
  if (!isScalar(key)) return typeof key === "string" ? key : "";
  return scalarText(key);
}

/** A scalar as it was written, without the quotes: numbers and booleans keep their digits and letters. */
export function scalarText(scalar: Scalar): string {
  return typeof scalar.value === "string" ? scalar.value : (scalar.source ?? String(scalar.value ?? ""));
}

/**
 * The documents of a YAML file; null when its syntax is wrong, which is then reported with every error in it.
 *
 * Doubled keys are errors; `<<` is a key like any other; aliases may not unfold to more than a hundred thousand values.
 */
export function parseYaml(file: string, text: string, problems: DiagnosticList): YamlDocument[] | null {
  const lines = new LineCounter();
  const options = {
    lineCounter: lines,
    prettyErrors: false,
    stringKeys: false,
    merge: false,
    // The parser compares every key with every other one, which is looked for below without that.
    uniqueKeys: false,
    logLevel: "silent",
  } as const;
  const place = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { file, line: Math.max(line, 1), column: Math.max(col, 1), path: "" };
  };
  const tooDeep = (offset: number): null => {
    problems.error("E-syntax", place(offset), TOO_DEEP);
    return null;
  };
  if (partsOf(text) > MOST_PARTS) {
    problems.error("E-syntax", place(0), `holds more than ${MOST_PARTS} lines and values, too many to be read`);
    return null;
  }
  let documents: YamlDocument[];
  try {
    const parsed = parseAllDocuments(text, options);
    documents = Array.isArray(parsed) ? parsed.map((document) => new YamlDocument(file, document, lines)) : [];
  } catch {
    // The parser recurses; only nesting beyond the depth of its stack makes it throw.
    return tooDeep(0);
  }
  const errors = documents.flatMap(({ document }) => document.errors);
  const overflow = errors.find(({ message }) => message.includes("call stack"));
  if (overflow) return tooDeep(overflow.pos[0]);
  for (const { pos, message } of errors) problems.error("E-syntax", place(pos[0]), message);
  if (errors.length > 0) return null;
  for (const document of documents) {
    const problem = unfoldProblem(document);
    if (problem !== null) {
      problems.error("E-syntax", place(problem.node.range?.[0] ?? 0), problem.reason);
      return null;
    }
    reportDoubledKeys(document, place, problems);
  }
  return documents;
}

/** A value takes the parser a kilobyte of memory; no scenario written by people has this many. */
const MOST_PARTS = 500_000;

/** An upper bound, near enough, of the values in a text: each begins a line or follows a comma or bracket. */
function partsOf(text: string): number {
  let parts = 0;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    // Line feed, comma, opening bracket and brace.
    if (code === 0x0a || code === 0x2c || code === 0x5b || code === 0x7b) parts++;
  }
  return parts;
}

/** Keys that stand in one mapping a second time. */
function reportDoubledKeys(document: YamlDocument, placeOf: (offset: number) => Place, problems: DiagnosticList): void {
  visit(document.document, {
    Map: (_, map) => {
      const seen = new Set<string>();
      for (const { key } of map.items) {
        if (!isScalar(key)) continue;
        const name = keyText(key);
        if (seen.has(name))
          problems.error(
            "E-duplicate",
            placeOf(key.range?.[0] ?? 0),
            `the key ${JSON.stringify(name)} stands here a second time`,
          );
        seen.add(name);
      }
    },
  });
}

const TOO_DEEP = "nested too deeply to be read";
const LARGEST_UNFOLDING = 100_000;
const DEEPEST_NESTING = 500;

interface UnfoldProblem {
  readonly node: Node;
  readonly reason: string;
}

/** Why a document must not be walked: aliases of nothing or of themselves, or that unfold without measure. */
function unfoldProblem(document: YamlDocument): UnfoldProblem | null {
  const sizes = new Map<Node, number>();
  const open = new Set<Node>();
  let hasAlias = false;
  let problem: UnfoldProblem | null = null;
  /** Values below the node once every alias is written out. */
  const sizeOf = (node: unknown, depth: number): number => {
    if (problem !== null || !isNode(node)) return 0;
    if (depth > DEEPEST_NESTING) problem = { node, reason: TOO_DEEP };
    if (isAlias(node)) {
      hasAlias = true;
      const target = document.resolve(node);
      if (target === null)
        problem = { node, reason: `the alias "*${node.source}" has no anchor "&${node.source}" before it` };
      else if (open.has(target)) problem = { node, reason: `the alias "*${node.source}" contains itself` };
      return problem === null ? sizeOf(target, depth + 1) : 0;
    }
    const known = sizes.get(node);
    if (known !== undefined) return known;
    open.add(node);
    let size = 1;
    if (isMap(node)) for (const { key, value } of node.items) size += sizeOf(key, depth + 1) + sizeOf(value, depth + 1);
    if (isSeq(node)) for (const item of node.items) size += sizeOf(item, depth + 1);
    open.delete(node);
    sizes.set(node, size);
    return size;
  };
  const { contents } = document.document;
  const size = sizeOf(contents, 0);
  if (problem === null && hasAlias && size > LARGEST_UNFOLDING && contents)
    return { node: contents, reason: `its aliases unfold to more than ${LARGEST_UNFOLDING} values` };
  return problem;
}

/** The value as plain JSON. Keys are taken as written, `__proto__` too; scalars by YAML 1.2's core schema. */
export function toPlain(document: YamlDocument, node: unknown): unknown {
  const value = document.resolve(node);
  if (value === null) return null;
  if (isSeq(value)) return value.items.map((item) => toPlain(document, item));
  if (isMap(value)) {
    const object: Record<string, unknown> = {};
    for (const item of value.items) setOwn(object, keyText(item.key), toPlain(document, item.value));
    return object;
  }
  return typeof value.value === "bigint" ? Number(value.value) : value.value;
}

/** Sets a property of the object itself whatever its name; a plain assignment of `__proto__` would not. */
export function setOwn<T>(object: Record<string, T>, key: string, value: T): void {
  Object.defineProperty(object, key, { value, writable: true, enumerable: true, configurable: true });
}
