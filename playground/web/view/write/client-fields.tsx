import { fieldsWith } from "incountry-storage/protocol";
import { preview } from "../../model/write.ts";

const setByClient = fieldsWith({ setBy: "client" });

/** The fields that the SDK adds to a record. */
export function ClientFields() {
  const seen = preview.value;
  const wire = "wire" in seen ? seen.wire : undefined;
  if (wire === undefined) return null;
  return (
    <div class="draft-row client-fields">
      <p class="given quiet">Added by the SDK</p>
      <p class="sent-as plain">
        {setByClient.map((field) => (
          <code key={field.name}>
            {field.wire} {String(wire[field.wire])}
          </code>
        ))}
      </p>
    </div>
  );
}
