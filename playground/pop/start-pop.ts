import { fetchOf } from "./create-pop.ts";
import { listen } from "./node/server.ts";
import { openPop } from "./open-pop.ts";
import type { Pop, PopOptions } from "./pop.ts";

export interface PopServerOptions extends PopOptions {
  /** @default 4750 The port; 0 selects a free one. */
  readonly port?: number;
  /** @default "127.0.0.1" The address to listen on. */
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
  const { handle, ...pop } = await openPop(options);
  try {
    const listening = await listen(handle, { host, port });
    return {
      ...pop,
      ...listening,
      fetch: fetchOf(handle),
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
