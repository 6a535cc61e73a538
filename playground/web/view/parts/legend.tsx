import { type Protection, protectionNotes } from "../../model/fields.ts";
import { ProtectionBadge } from "./protection-badge.tsx";

const kinds: readonly Protection[] = ["encrypted", "hashed", "plain"];

/** Explains the badges. */
export function Legend() {
  return (
    <dl class="legend">
      {kinds.map((kind) => (
        <div key={kind}>
          <dt>
            <ProtectionBadge kind={kind} />
          </dt>
          <dd>{protectionNotes[kind]}</dd>
        </div>
      ))}
    </dl>
  );
}
