import { type FieldError, fieldErrorText } from "../kube/field-error.js";
import type { DiagnosticList, Place } from "./diagnostics.js";
import type { ManifestObject } from "./manifest-objects.js";

/** Where the field stands that Knative names: `spec.traffic[0].percent`. */
export type FieldPlaces = (field: string) => Place;

export function manifestPlaces({ document, base }: ManifestObject): FieldPlaces {
  return (field) => document.fieldPlace(base, field);
}

/** Reports what Knative says of an object, each problem at its first field. */
export function reportFieldErrors(errors: readonly FieldError[], placeOf: FieldPlaces, problems: DiagnosticList): void {
  for (const error of errors) {
    const { message, details, paths } = error;
    const place = { ...placeOf(paths[0] ?? ""), path: paths.join(", ") };
    problems.knative(place, {
      message: details === "" ? message : `${message}\n${details}`,
      text: fieldErrorText(error),
    });
  }
}

/** Objects by kind, namespace and name: a second one of a name is refused, naming both places. */
export class UniqueObjects {
  private readonly places = new Map<string, Place>();

  constructor(private readonly problems: DiagnosticList) {}

  /** False when there is one already. */
  add(kind: string, { name, namespace, place }: Pick<ManifestObject, "name" | "namespace" | "place">): boolean {
    if (name === "") return true;
    const key = `${kind} ${namespace}/${name}`;
    const first = this.places.get(key);
    if (first !== undefined) {
      const shown = namespace === "default" ? name : `${namespace}/${name}`;
      this.problems.error(
        "E-duplicate",
        place,
        `${kind} ${JSON.stringify(shown)} is already defined at ${placeText(first)}`,
      );
      return false;
    }
    this.places.set(key, place);
    return true;
  }
}

/** `hello.yaml:4:9`, or the `--set` it came from. */
export function placeText({ file, line, column }: Place): string {
  return line > 0 ? `${file}:${line}:${column}` : file;
}
