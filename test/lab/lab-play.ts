import { Lab, type LabOptions } from "../../src/lab/lab.js";
import { playScript } from "../../src/lab/script.js";
import { loadScenarioText } from "../../src/scenario/load.js";

export interface Played {
  readonly text: string;
  /** Whether every command succeeded that had to. */
  readonly isFine: boolean;
  readonly lab: Lab;
  /** What `report` wrote: names of files by folder. */
  readonly reports: ReadonlyMap<string, readonly string[]>;
}

/** Plays the lines of a script in a new lab. */
export async function play(
  lines: readonly string[],
  options: Partial<Omit<LabOptions, "print" | "files">> & {
    readonly files?: Readonly<Record<string, string>>;
    /** YAML of a scenario to start from. */
    readonly start?: string;
  } = {},
): Promise<Played> {
  const { files = {}, start, ...rest } = options;
  const reports = new Map<string, string[]>();
  let text = "";
  const print = (more: string) => {
    text += more;
  };
  const scenario = start === undefined ? undefined : (await loadScenarioText(start)).scenario;
  const lab = await Lab.create({
    ...(scenario === undefined ? {} : { scenario }),
    ...rest,
    print,
    files: {
      readText: (path) => (path in files ? Promise.resolve(files[path]) : Promise.reject(new Error("no such file"))),
      async writeReport(folder, written) {
        const names: string[] = [];
        for await (const { name } of written) if (!names.includes(name)) names.push(name);
        reports.set(folder, names);
        return folder;
      },
    },
  });
  const isFine = await playScript(lines.join("\n"), lab, print);
  return { text, isFine, lab, reports };
}

/** What the last command of the lines printed. */
export async function lastOutput(lines: readonly string[], options: Parameters<typeof play>[1] = {}): Promise<string> {
  const { text } = await play(lines, options);
  const last = `$ ${lines[lines.length - 1].replace(/^-/, "")}\n`;
  return text.slice(text.lastIndexOf(last) + last.length);
}

export const HELLO = "kn service create hello --image gcr.io/knative-samples/helloworld-go --env TARGET=World";
