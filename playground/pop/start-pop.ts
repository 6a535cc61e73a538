import { fetchOf } from "./create-pop.ts";
import { listen } from "./node/server.ts";
import { openPop } from "./open-pop.ts";
import type { Pop, PopOptions } from "./pop.ts";

export interface PopServerOptions extends PopOptions {
  /** 4750; 0 takes a free one. */
  readonly port?: number;
  /** 127.0.0.1. */
  readonly host?: string;
}

/** A point of presence that listens on a socket. */
export interface PopServer extends Pop {
  readonly url: string;
  readonly host: string;
  readonly port: number;
}

export const defaultPort = 4750;
export const defaultHost = "127.0.0.1";

/** Opens a point of presence and serves it over HTTP. */
export async function startPop({
  port = defaultPort,
  host = defaultHost,
  ...options
}: PopServerOptions = {}): Promise<PopServer> {
  const { answer, ...pop } = await openPop(options);
  try {
    const listening = await listen(answer, { host, port });
    return {
      ...pop,
      fetch: fetchOf(answer),
      url: listening.url,
      host: listening.host,
      port: listening.port,
      client: { ...pop.client, endpoint: listening.url },
      close: async () => {
        await listening.close();
        await pop.close();
      },
    };
  } catch (error) {
    await pop.close();
    throw error;
  }
}
