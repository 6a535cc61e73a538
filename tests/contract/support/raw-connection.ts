import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { onTestFinished } from "vitest";
import { type RawMessage, takeMessage } from "../../support/faults/http-request.ts";

export interface RawResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** A connection on which a test sends arbitrary bytes. It ends with the test. */
export class RawConnection {
  readonly #socket: Socket;
  #received: Buffer = Buffer.alloc(0);
  #end: Error | undefined;
  #hear: () => void = () => {};

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on("data", (bytes: Buffer) => {
      this.#received = Buffer.concat([this.#received, bytes]);
      this.#hear();
    });
    socket.on("error", (error) => this.#ended(error));
    socket.on("end", () => this.#ended(new Error("The connection ended in order.")));
  }

  static async to(url: string): Promise<RawConnection> {
    const { hostname, port } = new URL(url);
    const socket = connect(Number(port), hostname);
    await once(socket, "connect");
    const connection = new RawConnection(socket);
    onTestFinished(() => connection.leave());
    return connection;
  }

  /** Resolves when the bytes have left this process; rejects if the connection was reset. */
  send(bytes: Uint8Array | string): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#socket.write(bytes, (error) => (error ? reject(error) : resolve()));
    });
  }

  /** The next response; rejects if the connection ends before the response is complete. */
  async answer(): Promise<RawResponse> {
    for (;;) {
      const message = takeMessage(this.#received);
      if (message !== undefined) {
        this.#received = message.rest;
        return responseOf(message);
      }
      if (this.#end !== undefined) throw this.#end;
      await new Promise<void>((resolve) => {
        this.#hear = resolve;
      });
    }
  }

  /** Resets the connection. */
  leave(): void {
    this.#socket.destroy();
  }

  #ended(error: Error): void {
    this.#end ??= error;
    this.#hear();
  }
}

function responseOf({ startLine, headers, body }: RawMessage): RawResponse {
  return { status: Number(startLine.split(" ")[1]), headers, body };
}
