import { formatBytes } from "../../model/format.ts";
import type { Exchange } from "../../model/recorder.ts";
import { Json } from "./json.tsx";

/** The requests of an operation and their responses. */
export function Exchanges({ exchanges }: { readonly exchanges: readonly Exchange[] }) {
  const [first] = exchanges;
  if (first === undefined) return null;
  return (
    <details class="panel">
      <summary>
        <h3>{exchanges.length === 1 ? "The request" : `The ${exchanges.length} requests`}</h3>
        <code class="quiet">
          {first.method} {first.path}
        </code>
      </summary>
      {exchanges.map((exchange, index) => (
        <ExchangeShown key={index} exchange={exchange} />
      ))}
    </details>
  );
}

export function ExchangeShown({ exchange }: { readonly exchange: Exchange }) {
  const { method, path, headers, body, status, responseBody, milliseconds } = exchange;
  const size = body === undefined ? 0 : new TextEncoder().encode(body).length;
  return (
    <div class="exchange">
      <p class="request-line">
        <code>
          <strong>{method}</strong> {path}
        </code>
      </p>
      <ul class="headers">
        {headers.map(([name, value]) => (
          <li key={name}>
            <code>
              {name}: {value}
            </code>
          </li>
        ))}
      </ul>
      {body !== undefined && <Json text={body} label={`Request body, ${formatBytes(size)}`} />}
      {status !== undefined && (
        <p class="request-line">
          <code>
            <strong>{status}</strong>
          </code>
          <span class="quiet"> in {Math.round(milliseconds ?? 0)} ms</span>
        </p>
      )}
      {responseBody !== undefined && responseBody !== "" && <Json text={responseBody} label="Response body" />}
    </div>
  );
}
