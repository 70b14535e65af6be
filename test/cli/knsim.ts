import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";

/** The built command and the scenarios that come with it. */
export const KNSIM = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url));
export const SCENARIOS = fileURLToPath(new URL("../../scenarios/", import.meta.url));

/** What a user sees of a command. */
export interface Seen {
  readonly stdout: string;
  readonly stderr: string;
  readonly status: number | null;
}

export interface HowToRun {
  /** Working directory. */
  readonly cwd: string;
  readonly input?: string | Uint8Array;
  /** Whether whoever gives the input never says that it is over. */
  readonly isInputEndless?: boolean;
  readonly env?: Readonly<Record<string, string>>;
  /** Called as soon as the process exists, with a way to send it a signal. */
  readonly onStart?: (kill: (signal: NodeJS.Signals) => void) => void;
}

/** Runs `knsim ARGS` as a user would, neither output being a terminal. */
export function knsim(args: readonly string[], { cwd, input, isInputEndless, env, onStart }: HowToRun): Promise<Seen> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [KNSIM, ...args], { cwd, env: { ...process.env, ...env } });
    let stdout = "";
    let stderr = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      stderr += text;
    });
    child.on("error", reject).on("close", (status) => resolve({ stdout, stderr, status }));
    // A command that refuses its arguments does not wait for its input.
    child.stdin.on("error", () => {});
    if (isInputEndless === true) child.stdin.write(input ?? "");
    else child.stdin.end(input ?? "");
    onStart?.((signal) => void child.kill(signal));
  });
}

/** A fresh folder with these files, removed after the test. */
export function folder(files: Readonly<Record<string, string | Uint8Array>> = {}): string {
  const path = mkdtempSync(join(tmpdir(), "knsim-test-"));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  for (const [name, content] of Object.entries(files)) writeFileSync(join(path, name), content);
  return path;
}

/** A scenario of ten seconds that runs as it is; `extra` lines follow. */
export function smallScenario(extra = ""): string {
  return `apiVersion: knsim/v1
kind: Scenario
duration: 10s
services:
  - name: hello
    image: example/hello
    app: {serviceTime: 50ms}
traffic:
  - to: hello
    rate: 20
${extra}`;
}
