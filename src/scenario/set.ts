import { isMap, isScalar, isSeq, type Node, parseDocument, Scalar } from "yaml";
import type * as z from "zod";
import { type DiagnosticList, listNames, type Place } from "./diagnostics.js";
import { DocumentEdit } from "./document-edit.js";
import { verbatim } from "./fields.js";
import { nearestName } from "./nearest-name.js";
import { type ParsedSet, parseSet, type SetStep } from "./set-path.js";
import { type Path, pathText, toPlain, type YamlDocument } from "./yaml-document.js";

/** `PATH=VALUE` texts in order, or values by path. */
export type SetOption = readonly string[] | Readonly<Record<string, unknown>>;

/** The names by which `[name]` selects in the list at a path; null for an element without one. */
export type ListNames = (path: Path) => Promise<readonly (string | null)[]>;

/** Applies every `--set` to a scenario's document, in order and before anything is checked (contract details A19). */
export async function applySets(
  sets: SetOption,
  context: {
    readonly document: YamlDocument;
    readonly schema: z.ZodType;
    readonly names: ListNames;
    readonly problems: DiagnosticList;
  },
): Promise<void> {
  for (const [index, set] of assignments(sets).entries()) {
    const origin = `--set #${index + 1}`;
    const place: Place = { file: origin, line: 0, column: 0, path: "" };
    if (!set.path.ok) context.problems.error("E-set", place, set.path.error);
    else await new SetOperation(context, origin, place).apply(set.path.assignment.steps, set.value);
  }
}

/** What is assigned: YAML flow syntax from the command line, or plain data from a program. */
type SetValue = { readonly kind: "text"; readonly text: string } | { readonly kind: "data"; readonly data: unknown };

function assignments(sets: SetOption): { readonly path: ParsedSet; readonly value: SetValue }[] {
  if (isTexts(sets))
    return sets.map((text) => {
      const path = parseSet(text);
      return { path, value: { kind: "text", text: path.ok ? path.assignment.value : "" } };
    });
  return Object.entries(sets).map(([path, data]) => ({ path: parseSet(`${path}=`), value: { kind: "data", data } }));
}

function isTexts(sets: SetOption): sets is readonly string[] {
  return Array.isArray(sets);
}

/** A place in the document and what may stand there; null = anything, as only Knative looks into it. */
type Selected = { readonly path: Path; readonly schema: z.ZodType | null };

class SetOperation {
  private readonly edit: DocumentEdit;

  constructor(
    private readonly context: Parameters<typeof applySets>[1],
    origin: string,
    private readonly place: Place,
  ) {
    this.edit = new DocumentEdit(context.document, origin);
  }

  async apply(steps: readonly SetStep[], value: SetValue): Promise<void> {
    let selected: readonly Selected[] = [{ path: [], schema: this.context.schema }];
    for (const [index, step] of steps.entries()) {
      const next: Selected[] = [];
      for (const place of selected) {
        const found = await this.select(place, step, { creates: index > 0 });
        if (found === null) return;
        next.push(...found);
      }
      selected = next;
    }
    const isDeletion = value.kind === "text" ? value.text === "" : value.data === undefined;
    // From the end, so that a deletion does not shift what is yet to be deleted.
    for (const { path, schema } of [...selected].reverse()) {
      const node = isDeletion ? null : this.node(value, schema);
      if (node === undefined) return;
      this.edit.put(path, node);
    }
  }

  /** Where a step leads from one place; null after a complaint. */
  private async select(
    { path, schema }: Selected,
    step: SetStep,
    { creates }: { readonly creates: boolean },
  ): Promise<readonly Selected[] | null> {
    const value = this.context.document.find(path);
    const isAbsent = value === null || (isScalar(value) && value.value === null);
    const list = shapes(schema).find(({ kind }) => kind === "list" || kind === "free");
    const mapping = shapes(schema).find(({ kind }) => kind === "mapping" || kind === "free");
    const wantsList = isAbsent
      ? step.kind === "bracket" && (mapping === undefined || list !== undefined)
      : isSeq(value);
    const shape = wantsList ? list : mapping;
    if (shape === undefined || (!isAbsent && !isSeq(value) && !isMap(value)) || (wantsList && step.kind === "key"))
      return this.refuse(`${pathText(path) || "the scenario"} has no ${bracketed(step)}`);
    if (isAbsent && creates) this.edit.create(path, wantsList ? "list" : "mapping");
    if (!wantsList) return this.key({ path, shape }, step.text);
    const elements = await this.elements(path, step);
    return elements?.map((index) => ({ path: [...path, index], schema: shape.element(null) ?? null })) ?? null;
  }

  private key(
    { path, shape }: { readonly path: Path; readonly shape: Shape },
    key: string,
  ): readonly Selected[] | null {
    const schema = shape.element(key);
    if (schema !== undefined) return [{ path: [...path, key], schema }];
    const whole = pathText([...path, key]);
    const nearest = nearestName(key, shape.keys);
    const meant = nearest === null ? null : pathText([...path, nearest]);
    const accepted = shape.keys.length <= 6 && nearest === null ? `; accepted: ${listNames(shape.keys)}` : "";
    return this.refuse(`unknown key ${JSON.stringify(whole)}${accepted}`, meant);
  }

  private async elements(path: Path, step: SetStep): Promise<readonly number[] | null> {
    const list = this.context.document.find(path);
    const count = isSeq(list) ? list.items.length : 0;
    const isPlain = step.kind === "bracket" && !step.isQuoted;
    if (isPlain && step.text === "+") return [count];
    const where = `${pathText(path)} has ${count === 1 ? "1 element" : `${count} elements`}`;
    if (isPlain && step.text === "*")
      return count > 0
        ? Array.from({ length: count }, (_, index) => index)
        : this.refuse(`${where}; [*] selects nothing`);
    if (isPlain && /^\d+$/.test(step.text)) {
      const index = Number(step.text);
      return index < count ? [index] : this.refuse(`${where}; [${step.text}] selects nothing`);
    }
    const names = await this.context.names(path);
    const found = names.flatMap((name, index) => (name === step.text ? [index] : []));
    if (found.length > 0) return found;
    const known = names.filter((name) => name !== null);
    const there = known.length === 0 ? where : `${pathText(path)} has ${listNames(known, { word: "and" })}`;
    return this.refuse(`${there}; [${step.text}] selects nothing`, nearestName(step.text, known));
  }

  /** The value as a node; undefined after a complaint. */
  private node(value: SetValue, schema: z.ZodType | null): Node | undefined {
    const { document } = this.context.document;
    if (value.kind === "data") return document.createNode(value.data) as Node;
    if (schema !== null && wantsText(schema)) return new Scalar(value.text);
    const parsed = parseDocument(value.text, { prettyErrors: false, logLevel: "silent" });
    if (parsed.errors.length === 0 && parsed.contents !== null) return parsed.contents as Node;
    this.refuse(`the value ${JSON.stringify(value.text)} is not YAML: ${parsed.errors[0]?.message ?? "it is empty"}`);
    return undefined;
  }

  private refuse(message: string, suggestion?: string | null): null {
    this.context.problems.error("E-set", this.place, message, suggestion);
    return null;
  }
}

function bracketed(step: SetStep): string {
  return step.kind === "bracket" ? `[${step.text}]` : JSON.stringify(step.text);
}

/** A collection that may stand at a place: what its elements are, undefined for a key it does not have. */
interface Shape {
  readonly kind: "mapping" | "list" | "free";
  readonly keys: readonly string[];
  /** @param key null for an element of a list */
  element(key: string | null): z.ZodType | null | undefined;
}

const FREE: Shape = { kind: "free", keys: [], element: () => null };

type Definition =
  | { readonly type: "optional"; readonly innerType: z.ZodType }
  | { readonly type: "pipe"; readonly in: z.ZodType }
  | { readonly type: "union"; readonly options: readonly z.ZodType[] }
  | { readonly type: "object"; readonly shape: Readonly<Record<string, z.ZodType>> }
  | { readonly type: "record"; readonly valueType: z.ZodType }
  | { readonly type: "array"; readonly element: z.ZodType }
  | { readonly type: "tuple"; readonly items: readonly z.ZodType[] }
  | { readonly type: "leaf" };

/** The collections that may stand where a schema is; a null schema is free. */
function shapes(schema: z.ZodType | null): readonly Shape[] {
  if (schema === null) return [FREE];
  const definition = schema.def as unknown as Definition;
  switch (definition.type) {
    case "optional":
      return shapes(definition.innerType);
    case "pipe":
      return (definition.in.def.type as string) === "unknown" ? freeShapes(schema) : shapes(definition.in);
    case "union":
      return definition.options.flatMap(shapes);
    case "object": {
      const { shape } = definition;
      const element = (key: string | null) => (key !== null && Object.hasOwn(shape, key) ? shape[key] : undefined);
      return [{ kind: "mapping", keys: Object.keys(shape), element }];
    }
    case "record":
      return [{ kind: "mapping", keys: [], element: () => definition.valueType }];
    case "array":
      return [{ kind: "list", keys: [], element: () => definition.element }];
    case "tuple":
      return [{ kind: "list", keys: [], element: () => null }];
    default:
      return [];
  }
}

/** A leaf that is read as a whole may still be a collection, such as a container's resources. */
function freeShapes(leaf: z.ZodType): readonly Shape[] {
  const { type, anyOf } = leaf.meta() ?? {};
  const types = [type, ...(Array.isArray(anyOf) ? anyOf.map((option: { type?: unknown }) => option.type) : [])].flat();
  return types.includes("object") || types.includes("array") ? [FREE] : [];
}

/** Whether a place takes text only, so that a value is not read as YAML. */
function wantsText(schema: z.ZodType): boolean {
  const definition = schema.def as unknown as Definition;
  if (definition.type === "optional") return wantsText(definition.innerType);
  return verbatim.get(schema) !== undefined;
}

/** What stands under `name` in each element of the list at a path. */
export function plainNames(document: YamlDocument, path: Path): readonly (string | null)[] {
  const list = document.find(path);
  if (!isSeq(list)) return [];
  return list.items.map((item) => {
    const value = document.resolve(item);
    const name = isMap(value) ? document.get(value, "name") : null;
    const plain = name === null ? null : toPlain(document, name);
    return typeof plain === "string" ? plain : null;
  });
}
