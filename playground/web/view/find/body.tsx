import { parseJson } from "incountry-storage/protocol";
import { formatValue } from "../../model/format.ts";

/** The body of a record. A JSON object is shown as a list of its properties. */
export function Body({ text }: { readonly text: string }) {
  const properties = propertiesOf(text);
  if (properties.length === 0) {
    return (
      <p class="card-body" dir="auto">
        {text}
      </p>
    );
  }
  return (
    <dl class="card-fields card-body">
      {properties.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd dir="auto">{formatValue(value)}</dd>
        </div>
      ))}
    </dl>
  );
}

function propertiesOf(text: string): [string, unknown][] {
  try {
    const value = parseJson(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? Object.entries(value) : [];
  } catch {
    return [];
  }
}
