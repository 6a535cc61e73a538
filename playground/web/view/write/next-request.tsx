import { formatBytes } from "../../model/words.ts";
import { preview } from "../../model/writing.ts";
import { ExchangeShown } from "../parts/exchanges.tsx";

/** The request that would be sent now, whole. */
export function NextRequest() {
  const seen = preview.value;
  if (!("exchange" in seen)) return null;
  const { method, path, body = "" } = seen.exchange;
  return (
    <details class="panel">
      <summary>
        <h3>The request, as it would be sent</h3>
        <code class="quiet">
          {method} {path} · {formatBytes(new TextEncoder().encode(body).length)}
        </code>
      </summary>
      <ExchangeShown exchange={seen.exchange} />
    </details>
  );
}
