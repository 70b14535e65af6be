import { describe, expect, it } from "vitest";
import { scriptLines } from "../../src/lab/script.js";
import { listedCommands, shellLoop, withVariable } from "../../src/lab/shell-lines.js";
import { lastOutput } from "./lab-play.js";

describe("a line of the lab", () => {
  it("may hold several commands", () => {
    expect(listedCommands("a; b && c || d &")).toEqual([
      { text: "a", after: ";", inBackground: false, isSilent: false },
      { text: "b", after: ";", inBackground: false, isSilent: false },
      { text: "c", after: "&&", inBackground: false, isSilent: false },
      { text: "d", after: "||", inBackground: true, isSilent: false },
    ]);
  });

  it("keeps separators within quotes, drops a comment at its end", () => {
    expect(listedCommands(`say "a; b & c" 'd # e' \\; f # a comment; x`).map(({ text }) => text)).toEqual([
      `say "a; b & c" 'd # e' \\; f`,
    ]);
  });

  it("may send output nowhere", () => {
    expect(listedCommands("curl x > /dev/null 2>&1")).toEqual([
      { text: "curl x", after: ";", inBackground: false, isSilent: true },
    ]);
  });

  it.each(["1 2 3", "$(seq 3)", "$(seq 1 3)", "{1..3}"])("may be a loop over %s", (list) => {
    const loop = shellLoop(`for i in ${list}; do curl x/$i; done`);
    expect(loop?.values).toEqual(["1", "2", "3"]);
    expect(withVariable(loop!.body, "i", "2")).toBe("curl x/2");
  });
});

describe("a list with a loop in it", () => {
  it("keeps the loop together, with those inside it", () => {
    const loop = "for a in 1 2; do for b in 3 4; do say $a$b; done; say done; done";
    expect(listedCommands(`say x; ${loop} && why; say y`).map(({ text, after }) => [after, text])).toEqual([
      [";", "say x"],
      [";", loop],
      ["&&", "why"],
      [";", "say y"],
    ]);
  });

  it("runs the loop, then what follows", async () => {
    const line = "sleep 0; say a; for i in 1 2; do for j in x y; do say $i$j; done; done; say z";
    expect(await lastOutput([line])).toBe("a\n1x\n1y\n2x\n2y\nz\n");
    expect(await lastOutput(["for i in 1 2; do say $i; done > /dev/null; say z"])).toBe("z\n");
  });
});

describe("a script", () => {
  it("skips comments and empty lines, joins continued ones, drops prompts", () => {
    expect(scriptLines("# comment\n\n$ kn service \\\n  list\n- curl x\r\n")).toEqual([
      { text: "kn service   list", mayFail: false },
      { text: "curl x", mayFail: true },
    ]);
  });
});
