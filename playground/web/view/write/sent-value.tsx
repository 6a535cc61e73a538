import type { Protection } from "../../model/fields.ts";
import { ProtectionBadge } from "../parts/protection-badge.tsx";

interface SentValueProps {
  readonly id: string;
  readonly protection: Protection;
  /** Undefined if the field is not sent. */
  readonly text: string | undefined;
}

/** A field as it is sent. */
export function SentValue({ id, protection, text }: SentValueProps) {
  return (
    <div class={`sent-as ${protection}`} id={id}>
      <span id={`${id}-badge`}>
        <ProtectionBadge kind={protection} />
      </span>
      {/* A new key creates a new element, which runs the CSS animation. */}
      <code key={text} class="sent-value">
        {text ?? "—"}
      </code>
    </div>
  );
}
