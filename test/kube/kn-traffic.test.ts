import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { editTraffic, type StatusTraffic, type TrafficEdit } from "../../src/kube/kn-traffic.js";
import type { TrafficTarget } from "../../src/kube/objects.js";

const pinned = (revisionName: string, percent: number, tag: string | null = null): TrafficTarget => ({
  revisionName,
  latestRevision: false,
  percent,
  tag,
});
const latest = (percent: number, tag: string | null = null): TrafficTarget => ({
  revisionName: null,
  latestRevision: true,
  percent,
  tag,
});

/** A service whose status shows what its spec says, the latest being hello-00004. */
function edited(spec: readonly TrafficTarget[], flags: Partial<TrafficEdit>) {
  const status: StatusTraffic[] = spec.map((target) => ({
    ...target,
    revisionName: target.revisionName ?? "hello-00004",
  }));
  return editTraffic({
    ...{ service: "hello", traffic: [], tags: [], untag: [], spec, status },
    ...{ latestReadyRevision: "hello-00004", makesRevision: false },
    ...flags,
  });
}

const error = (spec: readonly TrafficTarget[], flags: Partial<TrafficEdit>) => {
  const result = edited(spec, flags);
  return result.ok ? JSON.stringify(result.traffic) : result.error;
};
const traffic = (spec: readonly TrafficTarget[], flags: Partial<TrafficEdit>) => {
  const result = edited(spec, flags);
  return result.ok ? result.traffic : result.error;
};

const HALVES = [pinned("hello-00004", 50), pinned("hello-00002", 50)];

describe("kn --traffic", () => {
  it("pins all traffic to a revision and forgets the latest", () => {
    expect(traffic([latest(100)], { traffic: ["hello-00001=100"] })).toEqual([pinned("hello-00001", 100)]);
  });

  it("splits between the latest and a revision, with or without percent signs", () => {
    expect(traffic([latest(100)], { traffic: ["@latest=10%", "hello-00001=90"] })).toEqual([
      latest(10),
      pinned("hello-00001", 90),
    ]);
  });

  it("takes a number alone for the latest", () => {
    expect(traffic([latest(100)], { traffic: ["100"] })).toEqual([latest(100)]);
    expect(error([latest(100)], { traffic: ["100%"] })).toBe(
      "error converting given 100% to integer value for traffic distribution",
    );
  });

  it("gives the rest to the only entry that was not named", () => {
    expect(traffic(HALVES, { traffic: ["hello-00004=90"] })).toEqual([
      pinned("hello-00004", 90),
      pinned("hello-00002", 10),
    ]);
  });

  it("knows that the latest is the revision behind it when it looks for the missing one", () => {
    expect(traffic([latest(50), pinned("hello-00002", 50)], { traffic: ["@latest=80"] })).toEqual([
      latest(80),
      pinned("hello-00002", 20),
    ]);
  });

  it("gives the rest to the latest when the command makes a revision", () => {
    expect(traffic([pinned("hello-00001", 100)], { traffic: ["hello-00001=90"], makesRevision: true })).toEqual([
      pinned("hello-00001", 90),
      latest(10),
    ]);
  });

  const COUNT = "Reason: incorrect number of revisions specified. Only 1 revision should be missing";

  it("does not guess when both or none of the present entries are named", () => {
    const both = { traffic: ["hello-00004=50", "hello-00002=40"] };
    expect(error(HALVES, both)).toBe(`unable to allocate the remaining traffic: 10%. ${COUNT}`);
    expect(error([latest(100)], { traffic: ["hello-00002=50"] })).toBe(
      `unable to allocate the remaining traffic: 50%. ${COUNT}`,
    );
  });

  it("cannot find a missing revision when all entries are of a named one", () => {
    const spec = [pinned("hello-00002", 50, "a"), pinned("hello-00002", 50, "b")];
    expect(error(spec, { traffic: ["hello-00002=90"] })).toBe(
      "unable to allocate the remaining traffic: 10%. Reason: cannot determine the missing revision",
    );
  });

  it.each([
    [["hello-00001=60", "@latest=50"], "given traffic percents sum to 110, want <=100"],
    [["hello-00001=101"], "invalid value for traffic percent 101, expected 0 <= percent <= 100"],
    [["hello-00001=ten"], "error converting given ten to integer value for traffic distribution"],
    [["a=b=c"], "expecting the value format in value1=value2, given a=b=c"],
    [["hello-00001="], "expecting the value format in value1=value2, given hello-00001="],
    [["@latest=50", "50"], "repetition of identifier @latest is not allowed, use only once with --traffic flag"],
    [
      ["hello-00001=50", "hello-00001=50"],
      "repetition of revision reference hello-00001 is not allowed, use only once with --traffic flag",
    ],
  ])("refuses %j with kn's words", (values, message) => {
    expect(error([latest(100)], { traffic: values })).toBe(message);
  });

  it("finds an entry by its tag before it finds one by its revision", () => {
    const spec = [latest(100), pinned("hello-00001", 0, "old")];
    expect(traffic(spec, { traffic: ["old=20", "@latest=80"] })).toEqual([
      latest(80),
      pinned("hello-00001", 20, "old"),
    ]);
  });

  it("checks the tags' form first, then traffic, then what is to be untagged", () => {
    const all = { tags: ["a=b=c"], traffic: ["x=101"], untag: ["nope"] };
    expect(error(HALVES, all)).toBe("expecting the value format in value1=value2, given a=b=c");
    expect(error(HALVES, { ...all, tags: [] })).toContain("invalid value for traffic percent 101");
    expect(error(HALVES, { untag: ["nope", "nada"] })).toBe(
      "tag(s) nope, nada not present for any revisions of service hello",
    );
  });

  it("leaves percentages that sum to 100 whenever it accepts --traffic", () => {
    const share = fc.tuple(fc.constantFrom("hello-00001", "hello-00002", "hello-00004", "@latest"), fc.nat(100));
    const spec = fc.constantFrom([latest(100)], HALVES, [latest(30), pinned("hello-00002", 70, "v2")]);
    fc.assert(
      fc.property(
        spec,
        fc.array(share, { minLength: 1, maxLength: 3 }),
        fc.boolean(),
        (before, shares, makesRevision) => {
          const result = edited(before, {
            traffic: shares.map(([ref, percent]) => `${ref}=${percent}`),
            makesRevision,
          });
          if (!result.ok) return;
          expect(result.traffic.reduce((sum, { percent }) => sum + percent, 0)).toBe(100);
        },
      ),
    );
  });
});

describe("kn --tag and --untag", () => {
  it("tags the latest and revisions, untouched percentages stay", () => {
    expect(traffic([latest(100)], { tags: ["@latest=new", "hello-00001=old"] })).toEqual([
      latest(100, "new"),
      pinned("hello-00001", 0, "old"),
    ]);
  });

  it("adds an entry for a second tag of one revision", () => {
    expect(traffic([pinned("hello-00001", 100, "a")], { tags: ["hello-00001=b"] })).toEqual([
      pinned("hello-00001", 100, "a"),
      pinned("hello-00001", 0, "b"),
    ]);
  });

  it("moves a tag only after it was untagged", () => {
    const spec = [latest(100), pinned("hello-00001", 0, "v1")];
    expect(error(spec, { tags: ["hello-00002=v1"] })).toBe(
      "refusing to overwrite existing tag in service, add flag '--untag v1' in command to untag it",
    );
    // hello-00001 is left with neither share nor tag and goes
    expect(traffic(spec, { tags: ["hello-00002=v1"], untag: ["v1"] })).toEqual([
      latest(100),
      pinned("hello-00002", 0, "v1"),
    ]);
  });

  it("does not overwrite the tag of the latest", () => {
    expect(error([latest(100, "a")], { tags: ["@latest=b"] })).toBe(
      "tag 'a' exists on latest ready revision of service, refusing to overwrite existing tag with 'b', add flag '--untag a' in command to untag it",
    );
    expect(traffic([latest(100, "a")], { tags: ["@latest=a"] })).toEqual([latest(100, "a")]);
    expect(error([latest(100)], { tags: ["@latest=a", "@latest=b"] })).toBe(
      "repetition of identifier @latest is not allowed, use only once with --tag flag",
    );
  });
});
