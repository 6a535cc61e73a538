import type { Protection } from "../../model/fields.ts";
import { ProtectionBadge } from "../parts/protection-badge.tsx";

interface LeavesProps {
  readonly id: string;
  readonly protection: Protection;
  /** Nothing where the field does not leave. */
  readonly text: string | undefined;
}

/** What becomes of a field, as it leaves. */
export function Leaves({ id, protection, text }: LeavesProps) {
  return (
    <div class={`leaves ${protection}`} id={id}>
      <span id={`${id}-as`}>
        <ProtectionBadge kind={protection} />
      </span>
      {/* A new key makes a new element, so that what has changed can be seen to change. */}
      <code key={text} class="leaving">
        {text ?? "—"}
      </code>
    </div>
  );
}
