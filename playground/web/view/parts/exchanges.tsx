import type { Exchange } from "../../model/recorder.ts";
import { formatBytes } from "../../model/words.ts";
import { Json } from "./json.tsx";

/** The requests of an operation, as they were sent. */
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
  const { method, path, headers, body, status, answer, milliseconds } = exchange;
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
      {body !== undefined && <Json text={body} label={`Body of the request, ${formatBytes(size)}`} />}
      {status !== undefined && (
        <p class="request-line">
          <code>
            <strong>{status}</strong>
          </code>
          <span class="quiet"> after {Math.round(milliseconds ?? 0)} ms</span>
        </p>
      )}
      {answer !== undefined && answer !== "" && <Json text={answer} label="Body of the answer" />}
    </div>
  );
}
