import * as z from "zod";
import type { DiagnosticId } from "./diagnostics.js";
import type { WarningId } from "./warning-ids.js";

/** How a scenario's keys are declared: what must stand, what it becomes, and what is said when it does not fit. */

/** Schemas whose scalars are taken as written: `007` and `1e3` stay text. */
export const verbatim = z.registry<{ readonly verbatim: true }>();

/** Mappings in which exactly one of some keys must stand. */
export const exactlyOneOf = z.registry<{ readonly what: string; readonly keys: readonly string[] }>();

/** What to warn of in a value that is accepted. */
export const advice = z.registry<{
  readonly warn: (value: unknown) => { readonly id: WarningId; readonly message: string } | null;
}>();

/** Why a value is refused. */
export class Complaint {
  constructor(
    readonly message: string,
    readonly details: {
      readonly id?: DiagnosticId;
      readonly suggestion?: string | null;
      readonly path?: readonly (string | number)[];
    } = {},
  ) {}
}

type JsonSchema = Readonly<Record<string, unknown>>;

/** A value that is read as a whole, whatever its shape. */
export function leaf<Output>(jsonSchema: JsonSchema, read: (value: unknown) => Output | Complaint) {
  return converted(z.unknown(), read).meta(jsonSchema);
}

/** A structure that becomes something else once its parts are right. */
export function converted<Schema extends z.ZodType, Output>(
  schema: Schema,
  convert: (input: z.output<Schema>) => Output | Complaint,
) {
  return schema.transform((input, context): Output => {
    const result = convert(input);
    if (!(result instanceof Complaint)) return result;
    const { id = "E-type", suggestion, path = [] } = result.details;
    context.addIssue({ code: "custom", message: result.message, path: [...path], params: { id, suggestion } });
    return z.NEVER;
  });
}

/** A key that may be left out; absent without a default. */
export function optional<Schema extends z.ZodType>(schema: Schema, description: string) {
  return schema.optional().meta({ description });
}

/** A key that may be left out; `written` is what then counts, as a user would write it. */
export function withDefault<Schema extends z.ZodType>(
  schema: Schema,
  written: unknown,
  description: string,
): z.ZodType<z.output<Schema>> {
  return schema.optional().meta({ description, default: written }) as unknown as z.ZodType<z.output<Schema>>;
}

/** A key that must be there. */
export function required<Schema extends z.ZodType>(schema: Schema, description: string) {
  return schema.meta({ ...schema.meta(), description });
}

/** A mapping in which exactly one of `keys` must stand. */
export function choice<Shape extends z.core.$ZodLooseShape>(
  what: string,
  keys: readonly (keyof Shape & string)[],
  shape: Shape,
) {
  return z.strictObject(shape).register(exactlyOneOf, { what, keys });
}

/** What was found, for a message: `"abc"`, `-5`, `a list`, `nothing`. */
export function describe(value: unknown): string {
  if (value === null || value === undefined) return "nothing";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object") return "a mapping";
  const printed = typeof value === "number" ? String(value) : JSON.stringify(value);
  return printed.length <= 60 ? printed : `${printed.slice(0, 57)}…`;
}
