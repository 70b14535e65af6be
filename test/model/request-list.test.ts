import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Request } from "../../src/model/request.js";
import { RequestList } from "../../src/model/request-list.js";
import { RequestPool } from "../../src/model/request-pool.js";

describe("a list of requests", () => {
  it("keeps their order, whoever leaves in between", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(20)), (steps) => {
        const pool = new RequestPool();
        const list = new RequestList();
        const expected: Request[] = [];
        for (const step of steps) {
          // A small number lets that one leave, if it is there.
          const leaving = expected[step];
          if (leaving !== undefined) {
            list.remove(leaving.queue);
            expected.splice(step, 1);
          } else {
            const request = pool.take();
            list.append(request.queue);
            expected.push(request);
          }
          expect(list.first).toBe(expected[0] ?? null);
        }
        for (const request of expected) {
          expect(list.first).toBe(request);
          list.remove(request.queue);
        }
        expect(list.first).toBeNull();
      }),
    );
  });
});

describe("the requests in the system", () => {
  it("are told by their arrival, and their objects are used again", () => {
    const pool = new RequestPool();
    const [a, b, c] = [pool.take(), pool.take(), pool.take()];
    [a.request, b.request, c.request] = [5, 3, 4];
    expect(pool.inOrder()).toEqual([b, c, a]);
    pool.release(c);
    expect([pool.size, pool.inOrder()]).toEqual([2, [b, a]]);
    expect(pool.take()).toBe(c);
    expect(pool.at(b.slot)).toBe(b);
  });
});
