import { describe, expect, it } from "vitest";
import { SECOND } from "../../src/engine/time.js";
import { ageSince, longAge, shortAge } from "../../src/lab/age.js";

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const YEAR = 365 * DAY;

describe("ages in describe", () => {
  it.each([
    [-2, "<invalid>"],
    [-1, "0s"],
    [0, "0s"],
    [59.999, "59s"],
    [60, "1m"],
    [125, "2m"],
    [HOUR - 1, "59m"],
    [118 * MINUTE, "1h"],
    [DAY - 1, "23h"],
    [9 * DAY + 3 * HOUR, "9d"],
    [YEAR - 1, "364d"],
    [2 * YEAR, "2y"],
  ])("shows %d s as %s", (seconds, shown) => {
    expect(shortAge(seconds * SECOND)).toBe(shown);
  });
});

describe("ages in lists", () => {
  it.each([
    [-2, "<invalid>"],
    [0, "0s"],
    [119.9, "119s"],
    [120, "2m"],
    [125, "2m5s"],
    [10 * MINUTE - 1, "9m59s"],
    [118 * MINUTE, "118m"],
    [180 * MINUTE - 1, "179m"],
    [3 * HOUR, "3h"],
    [8 * HOUR - 1, "7h59m"],
    [8 * HOUR + 59, "8h"],
    [48 * HOUR - 1, "47h"],
    [5 * DAY + 2 * HOUR, "5d2h"],
    [5 * DAY, "5d"],
    [8 * DAY, "8d"],
    [9 * DAY + 3 * HOUR, "9d"],
    [2 * YEAR - 1, "729d"],
    [2 * YEAR + 3 * DAY, "2y3d"],
    [2 * YEAR, "2y"],
    [8 * YEAR + DAY, "8y"],
  ])("shows %d s as %s", (seconds, shown) => {
    expect(longAge(seconds * SECOND)).toBe(shown);
  });

  it("counts from the whole second that the API keeps", () => {
    // Created at 10.9 s, kept as 10 s: at 12 s two seconds have passed.
    expect(longAge(ageSince(10_900_000, 12_000_000))).toBe("2s");
  });
});
