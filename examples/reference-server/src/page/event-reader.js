/**
 * Reads server-sent events with headers of its own, which an EventSource cannot send.
 *
 * It reconnects as an EventSource does: after `retry` milliseconds, with the id of the last event, and
 * not after a 204. A response that is a problem is dispatched as an event named `problem`.
 */
export class EventReader extends EventTarget {
  #url;
  #headers;
  #lastEventId = "";
  #retry = 3000;
  #abort = new AbortController();

  constructor(url, headers = {}) {
    super();
    this.#url = url;
    this.#headers = headers;
    this.#run();
  }

  /** Stops reading. There are no more events. */
  close() {
    this.#abort.abort();
  }

  async #run() {
    while (!this.#abort.signal.aborted) {
      try {
        await this.#connect();
      } catch {
        // The connection was lost, or closed.
      }
      await new Promise((resolve) => setTimeout(resolve, this.#retry));
    }
  }

  async #connect() {
    const headers = { ...this.#headers, accept: "text/event-stream" };
    if (this.#lastEventId !== "") {
      headers["last-event-id"] = this.#lastEventId;
    }
    const response = await fetch(this.#url, { headers, signal: this.#abort.signal });
    if (response.status === 204) {
      return this.close();
    }
    if (!response.ok) {
      const data = await response.text();
      const { retry_after: seconds } = JSON.parse(data);
      this.#retry = 1000 * (seconds ?? 30);
      return this.dispatchEvent(new MessageEvent("problem", { data }));
    }
    let rest = "";
    for await (const text of response.body.pipeThrough(new TextDecoderStream())) {
      const blocks = (rest + text).split("\n\n");
      rest = blocks.pop();
      blocks.forEach((block) => this.#dispatch(block));
    }
  }

  /** Dispatches the event of one block of lines, unless it is only a comment. */
  #dispatch(block) {
    let type = "message";
    const data = [];
    for (const line of block.split("\n")) {
      const [name, ...value] = line.split(": ");
      const text = value.join(": ");
      if (name === "event") type = text;
      if (name === "data") data.push(text);
      if (name === "id") this.#lastEventId = text;
      if (name === "retry") this.#retry = Number(text);
    }
    if (data.length > 0 && !this.#abort.signal.aborted) {
      this.dispatchEvent(new MessageEvent(type, { data: data.join("\n") }));
    }
  }
}
