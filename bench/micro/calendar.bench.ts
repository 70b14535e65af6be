import { bench, describe } from "vitest";
import { Calendar } from "../../src/engine/calendar.js";
import { createStreams } from "../../src/engine/random.js";

const TURNS = 10_000;

/** The hold model: the earliest event is taken out and set again, some exponential time later. */
describe.each([100, 1000, 10_000])("a calendar of %i events", (size) => {
  const stream = createStreams("1").get("hold");
  const gaps = Float64Array.from({ length: 65_536 }, () => Math.floor(-Math.log(1 - stream.uniform()) * 100_000));
  const calendar = new Calendar();
  let draws = 0;
  for (let entity = 0; entity < size; entity++) calendar.schedule(gaps[draws++ & 65_535], 3, 6, entity, entity);

  bench(`takes out and sets ${TURNS} times`, () => {
    for (let turn = 0; turn < TURNS; turn++) {
      const now = calendar.nextTime;
      const payload = calendar.payloadOf(calendar.pop());
      calendar.schedule(now + gaps[draws++ & 65_535], 3, 6, payload, payload);
    }
  });
});
