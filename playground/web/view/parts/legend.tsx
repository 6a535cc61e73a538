import { type Protection, protectionMeanings } from "../../model/fields.ts";
import { ProtectionBadge } from "./protection-badge.tsx";

const kinds: readonly Protection[] = ["encrypted", "hashed", "plain"];

/** What the badges mean. */
export function Legend() {
  return (
    <dl class="legend">
      {kinds.map((kind) => (
        <div key={kind}>
          <dt>
            <ProtectionBadge kind={kind} />
          </dt>
          <dd>{protectionMeanings[kind]}</dd>
        </div>
      ))}
    </dl>
  );
}
