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
    const pair = map.items.find((item) => keyText(item.key) === key);
    return pair ? this.resolve(pair.value) : null;
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
    logLevel: "silent",
  } as const;
  let parsed: Document[];
  try {
    const documents = parseAllDocuments(text, options);
    parsed = Array.isArray(documents) ? [...documents] : [];
  } catch {
    // The parser recurses; only nesting beyond the depth of its stack makes it throw.
    problems.error("E-syntax", { file, line: 1, column: 1, path: "" }, "nested too deeply to be read");
    return null;
  }
  const place = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { file, line: Math.max(line, 1), column: Math.max(col, 1), path: "" };
  };
  let isReadable = true;
  const documents = parsed.map((document) => new YamlDocument(file, document, lines));
  for (const { document } of documents) {
    for (const error of document.errors) {
      if (error.code === "DUPLICATE_KEY") {
        const key = /^("[^"]*"|'[^']*'|[^:\s]+)/.exec(text.slice(error.pos[0]))?.[0] ?? "";
        problems.error(
          "E-duplicate",
          place(error.pos[0]),
          `the key ${JSON.stringify(key.replace(/^["']|["']$/g, ""))} stands here a second time`,
        );
      } else {
        isReadable = false;
        problems.error("E-syntax", place(error.pos[0]), error.message);
      }
    }
  }
  if (!isReadable) return null;
  for (const document of documents) {
    const reason = unfoldProblem(document);
    if (reason !== null) {
      problems.error("E-syntax", document.place([]), reason);
      return null;
    }
  }
  return documents;
}

const LARGEST_UNFOLDING = 100_000;
const DEEPEST_NESTING = 500;

/** Why a document must not be walked: aliases that hold themselves, or that unfold without measure. */
function unfoldProblem(document: YamlDocument): string | null {
  const sizes = new Map<Node, number>();
  const open = new Set<Node>();
  let hasAlias = false;
  let reason: string | null = null;
  /** Values below the node once every alias is written out. */
  const sizeOf = (node: unknown, depth: number): number => {
    if (reason !== null || !isNode(node)) return 0;
    if (depth > DEEPEST_NESTING) reason = "nested too deeply to be read";
    if (isAlias(node)) {
      hasAlias = true;
      const target = document.resolve(node);
      if (target && open.has(target)) reason = `the alias "*${node.source}" contains itself`;
      return reason === null ? sizeOf(target, depth + 1) : 0;
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
  const size = sizeOf(document.document.contents, 0);
  if (reason === null && hasAlias && size > LARGEST_UNFOLDING) {
    reason = `its aliases unfold to more than ${LARGEST_UNFOLDING} values`;
  }
  return reason;
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
