import { fileURLToPath } from "node:url";
import ts from "typescript";
import { REQUESTS_HEADER, TIMELINE_HEADER } from "../../src/report/csv.js";
import type { JsonSchema } from "./json-schema.js";

/**
 * JSON Schemas (draft-07) of what a run writes, made from the types by which it is written: `Summary`, `DecisionRow`,
 * `TimelineRow` and `RequestRow` of run-record.ts, `Fact` of observer.ts. Their comments become descriptions.
 */

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const RUN_RECORD = `${ROOT}src/measure/run-record.ts`;
const OBSERVER = `${ROOT}src/model/observer.ts`;

/** Every schema by the name of its file in schema/. */
export function reportSchemas(): Readonly<Record<string, JsonSchema>> {
  const types = new Types();
  return {
    "summary.schema.json": file("summary.json", types.schemaOf(RUN_RECORD, "Summary")),
    "decisions.schema.json": file("one line of decisions.jsonl", types.schemaOf(RUN_RECORD, "DecisionRow")),
    "events.schema.json": file(
      "one line of events.jsonl",
      new Types({ hasNamesForIndices: true }).schemaOf(OBSERVER, "Fact"),
    ),
    "timeline.schema.json": file(
      "one line of timeline.csv as an object by column; an empty cell is null",
      byColumn(types.schemaOf(RUN_RECORD, "TimelineRow"), TIMELINE_HEADER),
    ),
    "requests.schema.json": file(
      "one line of requests.csv as an object by column; an empty cell is null",
      byColumn(types.schemaOf(RUN_RECORD, "RequestRow"), REQUESTS_HEADER),
    ),
  };
}

function file(title: string, schema: JsonSchema): JsonSchema {
  return { $schema: "http://json-schema.org/draft-07/schema#", title: `knsim: ${title}`, ...schema };
}

/** The columns of a CSV file are the properties of its row, in their order. */
function byColumn(row: JsonSchema, header: string): JsonSchema {
  const columns = header.trim().split(",");
  const properties = Object.values(row.properties ?? {});
  if (columns.length !== properties.length)
    throw new Error(`${columns.length} columns, ${properties.length} properties`);
  return {
    ...row,
    properties: Object.fromEntries(columns.map((column, index) => [column, cell(properties[index])])),
    required: columns,
  };
}

/** A text that may be "" is an empty cell. */
function cell(schema: JsonSchema): JsonSchema {
  if (schema.enum?.includes("")) return { ...schema, enum: schema.enum.map((value) => (value === "" ? null : value)) };
  return schema.type === "string" ? { ...schema, type: ["string", "null"] } : schema;
}

class Types {
  private readonly program = ts.createProgram([RUN_RECORD, OBSERVER], {
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    strict: true,
    noEmit: true,
  });
  private readonly checker = this.program.getTypeChecker();

  /** @param options.hasNamesForIndices whether what the model numbers (services, revisions, pods) is written by name */
  constructor(private readonly options: { readonly hasNamesForIndices: boolean } = { hasNamesForIndices: false }) {}

  schemaOf(path: string, name: string): JsonSchema {
    const source = this.program.getSourceFile(path);
    const module = source && this.checker.getSymbolAtLocation(source);
    const symbol = module && this.checker.getExportsOfModule(module).find((candidate) => candidate.name === name);
    if (symbol === undefined) throw new Error(`${path} exports no ${name}`);
    return this.type(this.checker.getDeclaredTypeOfSymbol(symbol));
  }

  private type(type: ts.Type): JsonSchema {
    const { checker } = this;
    if (type.isUnion()) return this.union(type.types);
    if (type.isStringLiteral() || type.isNumberLiteral()) return { enum: [type.value] };
    if ((type.flags & ts.TypeFlags.BooleanLiteral) !== 0) return { enum: [checker.typeToString(type) === "true"] };
    if ((type.flags & ts.TypeFlags.String) !== 0) return { type: "string" };
    if ((type.flags & ts.TypeFlags.Number) !== 0) return { type: "number" };
    if ((type.flags & ts.TypeFlags.Null) !== 0) return { type: "null" };
    if (checker.isTupleType(type)) return this.tuple(type as ts.TupleTypeReference);
    if (checker.isArrayType(type))
      return { type: "array", items: this.type(checker.getTypeArguments(type as ts.TypeReference)[0]) };
    const values = type.getStringIndexType();
    if (values !== undefined) return { type: "object", additionalProperties: this.type(values) };
    return this.object(type);
  }

  private union(types: readonly ts.Type[]): JsonSchema {
    const present = types.filter(({ flags }) => (flags & ts.TypeFlags.Undefined) === 0);
    const schemas = present.map((member) => this.type(member));
    if (schemas.length === 1) return schemas[0];
    // The compiler's order of a union depends on what it saw before.
    const literals = schemas.flatMap((schema) => schema.enum ?? []).sort();
    const isBoolean = literals.length === 2 && literals.includes(true) && literals.includes(false);
    const others = schemas.filter((schema) => schema.enum === undefined);
    const simple = [...(isBoolean ? [{ type: "boolean" }] : []), ...others];
    if (literals.length > 0 && !isBoolean) {
      const nulls = others.filter(({ type }) => type === "null").map(() => null);
      if (nulls.length === others.length) return { enum: [...literals, ...nulls] };
    } else if (simple.every(({ type, properties, items }) => typeof type === "string" && !properties && !items)) {
      return simple.length === 1 ? simple[0] : { type: simple.map(({ type }) => type as string) };
    }
    return { anyOf: schemas };
  }

  private tuple(type: ts.TupleTypeReference): JsonSchema {
    const labels = type.target.labeledElementDeclarations?.map((label) => label?.name.getText() ?? "") ?? [];
    const items = this.checker.getTypeArguments(type).map((item, index) => this.named(labels[index] ?? "", item));
    return { type: "array", items, minItems: items.length, maxItems: items.length };
  }

  private object(type: ts.Type): JsonSchema {
    const properties: Record<string, JsonSchema> = {};
    const required: string[] = [];
    for (const property of type.getProperties()) {
      const { name } = property;
      const description = ts.displayPartsToString(property.getDocumentationComment(this.checker)).replaceAll("\n", " ");
      const schema = this.named(name, this.checker.getTypeOfSymbol(property));
      properties[name] = description === "" ? schema : { ...schema, description };
      if ((property.flags & ts.SymbolFlags.Optional) === 0) required.push(name);
    }
    return { type: "object", properties, required, additionalProperties: false };
  }

  private named(name: string, type: ts.Type): JsonSchema {
    const schema = this.type(type);
    const isIndex = ["service", "revision", "pod"].includes(name) && schema.type === "number";
    return isIndex && this.options.hasNamesForIndices ? { type: "string" } : schema;
  }
}
