import { fieldsWith } from "incountry-storage/protocol";
import { preview } from "../../model/writing.ts";

const setByClient = fieldsWith({ setBy: "client" });

/** What the SDK adds to a record by itself. */
export function ClientFields() {
  const seen = preview.value;
  const wire = "wire" in seen ? seen.wire : undefined;
  if (wire === undefined) return null;
  return (
    <div class="draft-row client-fields">
      <p class="given quiet">The SDK adds</p>
      <p class="leaves plain">
        {setByClient.map((field) => (
          <code key={field.name}>
            {field.wire} {String(wire[field.wire])}
          </code>
        ))}
      </p>
    </div>
  );
}
