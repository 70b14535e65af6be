import { describe, expect, it } from "vitest";
import { compareBytes } from "../../src/kube/byte-order.js";
import {
  disallowedField,
  fieldError,
  fieldErrorsText,
  invalidKeyName,
  mergeFieldErrors,
  outOfBounds,
  viaField,
  viaIndex,
  viaKey,
} from "../../src/kube/field-error.js";

describe("field errors", () => {
  it("attaches indices and keys to the field before them", () => {
    const errors = viaField("spec", viaField("traffic", viaIndex(2, [outOfBounds(150, 0, 100, "percent")])));
    expect(fieldErrorsText(errors)).toBe("expected 0 <= 150 <= 100: spec.traffic[2].percent");
    expect(viaField("labels", viaKey("app", [fieldError("bad", "")]))[0]!.paths).toEqual(["labels[app]"]);
  });

  it("names the checked value itself by the path of what holds it", () => {
    expect(viaField("metadata.annotations", [fieldError("no", "")])[0]!.paths).toEqual(["metadata.annotations"]);
  });

  it("merges problems with the same words, their paths sorted by bytes and without duplicates", () => {
    const errors = [disallowedField("b", "a"), disallowedField("a"), fieldError("another", "x")];
    expect(fieldErrorsText(errors)).toBe("another: x\nmust not set the field(s): a, b");
  });

  it("keeps problems apart whose details differ, and prints details on a line of their own", () => {
    const errors = [invalidKeyName("k", "p", "second", "more"), invalidKeyName("k", "p", "first")];
    expect(mergeFieldErrors(errors)).toHaveLength(2);
    expect(fieldErrorsText(errors)).toBe('invalid key name "k": p\nfirst\ninvalid key name "k": p\nsecond, more');
  });

  it("prints nothing when there is no problem", () => {
    expect(fieldErrorsText([])).toBe("");
  });

  it("sorts capitals before small letters and every character by its bytes", () => {
    // UTF-8: Z = 5a, a = 61, é = c3 a9, U+FF5E = ef bd 9e, U+1F600 = f0 9f 98 80.
    expect(["\u{1f600}", "～", "é", "a", "Z", ""].sort(compareBytes)).toEqual(["", "Z", "a", "é", "～", "\u{1f600}"]);
  });
});
