import { Request } from "./request.js";

/** The requests in the system, and the objects of those that were: each is used again. */
export class RequestPool {
  /** By slot. */
  private readonly all: Request[] = [];
  private readonly free: Request[] = [];

  /** Requests in the system now. */
  get size(): number {
    return this.all.length - this.free.length;
  }

  /** For one more request; every field but `request` holds what the one before left there. */
  take(): Request {
    return this.free.pop() ?? this.another();
  }

  /** The request has ended; its object may be given to another. */
  release(request: Request): void {
    request.request = -1;
    this.free.push(request);
  }

  /** The request whose object has that slot. */
  at(slot: number): Request {
    return this.all[slot];
  }

  /** Every request in the system, by its arrival. */
  inOrder(): Request[] {
    return this.all.filter(({ request }) => request >= 0).sort((a, b) => a.request - b.request);
  }

  private another(): Request {
    const request = new Request(this.all.length);
    this.all.push(request);
    return request;
  }
}
