import type { Protection } from "../../model/fields.ts";
import { Icon, type IconName } from "./icon.tsx";

const icons: Readonly<Record<Protection, IconName>> = { encrypted: "lock", hashed: "hash", plain: "eye" };

/** How a field is protected, as text, icon and strength of colour. */
export function ProtectionBadge({ kind }: { readonly kind: Protection }) {
  return (
    <span class={`badge ${kind}`}>
      <Icon name={icons[kind]} />
      {kind}
    </span>
  );
}
