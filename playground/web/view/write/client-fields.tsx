import { fieldsWith } from "incountry-storage/protocol";
import { preview } from "../../model/writing.ts";

const setByClient = fieldsWith({ setBy: "client" });

/** What the SDK adds to a record by itself. */
export function ClientFields() {
  const seen = preview.value;
  if (!("wire" in seen)) return null;
  return (
    <div class="draft-row client-fields">
      <p class="given quiet">The SDK adds</p>
      <p class="leaves plain">
        {setByClient.map(({ name, wire }) => (
          <code key={name}>
            {wire} {String(seen.wire[wire])}
          </code>
        ))}
      </p>
    </div>
  );
}
