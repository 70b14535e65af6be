import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { Lab } from "../../src/lab/lab.js";
import type { Learner } from "../../src/lab/lab-session.js";
import { playScript, scriptLines } from "../../src/lab/script.js";

const FOLDER = new URL("../../scenarios/lessons/", import.meta.url);
const LESSONS = readdirSync(FOLDER).filter((name) => name.endsWith(".lab"));
const NO_FILES = {
  readText: () => Promise.reject(new Error("no files here")),
  writeReport: () => Promise.reject(new Error("no files here")),
};

async function playLesson(name: string, learner: Learner | null, seed: string) {
  let text = "";
  const print = (more: string) => {
    text += more;
  };
  const lab = await Lab.create({ seed, learner, files: NO_FILES, print });
  const isFine = await playScript(readFileSync(new URL(name, FOLDER), "utf8"), lab, print);
  return { text, isFine };
}

describe("the lessons", () => {
  it("are three, and open by saying what they show", () => {
    expect(LESSONS).toHaveLength(3);
    for (const name of LESSONS)
      expect(readFileSync(new URL(name, FOLDER), "utf8")).toMatch(/^# Shows {2}.*\n# Try {4}/);
  });

  it.each(LESSONS)("%s runs as it is, without a learner, and tells its answers", async (name) => {
    const { text, isFine } = await playLesson(name, null, "1");
    expect(isFine).toBe(true);
    expect(text.match(/^→ .+$/gm)?.length).toBeGreaterThanOrEqual(3);
    expect(text).not.toContain("command not found");
  });

  it.each(LESSONS)("%s takes the right answers, whatever the seed", async (name) => {
    const answers = scriptLines(readFileSync(new URL(name, FOLDER), "utf8"))
      .filter(({ text }) => text.startsWith("ask "))
      .map(({ text }) => /^ask "[^"]*" (\S+)/.exec(text)![1]);
    const learner: Learner = {
      ask: (prompt) =>
        Promise.resolve(prompt.startsWith("(Enter") ? "" : (answers.shift()?.replace("@pods", "1") ?? "")),
    };
    const { text } = await playLesson(name, learner, "another");
    expect(text).not.toContain("Not quite");
    expect(answers).toEqual([]);
  });

  it("let a learner try commands at a pause, and correct a wrong answer", async () => {
    const typed = ["kn service list", "", "wrong", "wrong", ""];
    const learner: Learner = { ask: () => Promise.resolve(typed.shift() ?? null) };
    let text = "";
    const print = (more: string) => {
      text += more;
    };
    const lab = await Lab.create({ learner, files: NO_FILES, print });
    await playScript('pause\nask "How many?" 2 two --because "one and one"', lab, print);
    expect(text).toBe("No services found.\nNot quite; try once more.\nIt is 2. one and one\n");
  });
});
