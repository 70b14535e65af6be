import { describe, expect, it } from "vitest";
import { imageReferenceProblem } from "../../src/kube/image-reference.js";
import { dns1035LabelProblems, notADns1035Label, qualifiedNameProblems } from "../../src/kube/names.js";

describe("names", () => {
  it("takes labels of 1 to 63 characters that begin with a letter", () => {
    expect(["a", "hello-00001", "x".repeat(63)].flatMap(dns1035LabelProblems)).toEqual([]);
    expect(notADns1035Label("x".repeat(64))).toBe("not a DNS 1035 label: [must be no more than 63 characters]");
    expect(["1a", "A", "a.b", "a-", "a\n", ""].map((name) => dns1035LabelProblems(name).length)).toEqual([
      1, 1, 1, 1, 1, 1,
    ]);
  });

  it("takes label keys with an optional domain before the slash", () => {
    expect(["a", "Hello_1.x", "example.com/key"].flatMap(qualifiedNameProblems)).toEqual([]);
    expect(qualifiedNameProblems("/x")).toEqual(["prefix part must be non-empty"]);
    expect(qualifiedNameProblems("x/")[0]).toBe("name part must be non-empty");
    expect(qualifiedNameProblems("x".repeat(64))).toEqual(["name part must be no more than 63 bytes"]);
    expect(qualifiedNameProblems("Bad_/x")[0]).toMatch(/^prefix part a lowercase RFC 1123 subdomain must consist/);
  });
});

describe("image references", () => {
  it.each([
    "example/hello",
    "gcr.io/knative-samples/helloworld-go:v1.2_3",
    "localhost:5000/hello",
    "registry.example.com:443/a/b@sha256:" + "0".repeat(64),
    "hello:v1@sha256:" + "a".repeat(64),
  ])("takes %s", (reference) => {
    expect(imageReferenceProblem(reference)).toBeNull();
  });

  it.each(["Hello", "a b/c", "hello:", "hello@sha256:12", "x", "gcr.io/", "hello:" + "t".repeat(129)])(
    "refuses %s",
    (reference) => {
      expect(imageReferenceProblem(reference)).toBe(`could not parse reference: ${reference}`);
    },
  );
});
