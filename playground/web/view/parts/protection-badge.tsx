import type { Protection } from "../../model/fields.ts";
import { Icon, type IconName } from "./icon.tsx";

const icons: Readonly<Record<Protection, IconName>> = { encrypted: "lock", hashed: "hash", plain: "eye" };

/** What the PoP sees of a field: by word, by icon, and by how strong the colour is. */
export function ProtectionBadge({ kind }: { readonly kind: Protection }) {
  return (
    <span class={`badge ${kind}`}>
      <Icon name={icons[kind]} />
      {kind}
    </span>
  );
}
