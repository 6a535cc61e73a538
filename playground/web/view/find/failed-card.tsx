import type { StorageCryptoError } from "incountry-storage";
import { stringifyJson } from "incountry-storage/protocol";
import { Icon } from "../parts/icon.tsx";
import { Json } from "../parts/json.tsx";

/** A record that could not be opened, or must not be trusted: what came, and what is wrong with it. */
export function SealedCard({ rawData, error }: { readonly rawData: unknown; readonly error: StorageCryptoError }) {
  const refused = error.name === "StorageIntegrityError";
  return (
    <li class={`card sealed ${refused ? "refused" : ""}`}>
      <div class="card-head">
        <strong>
          <Icon name={refused ? "alert" : "lock"} /> {refused ? "Refused" : "Sealed"}
        </strong>
        <span class="quiet small">{error.name}</span>
      </div>
      <p>{error.message}</p>
      <Json text={stringifyJson(withoutEmpty(rawData))} label="What the PoP sent" />
    </li>
  );
}

function withoutEmpty(rawData: unknown): unknown {
  if (typeof rawData !== "object" || rawData === null) return rawData;
  return Object.fromEntries(Object.entries(rawData).filter(([, value]) => value !== null));
}
