import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { Legend } from "./parts/legend.tsx";

/** It is read once. To whoever comes back to the view it shows its heading alone. */
const open = signal(true);

/** What a visitor has to know, in half a minute. */
export function Introduction() {
  useEffect(
    () => () => {
      open.value = false;
    },
    [],
  );
  return (
    <section class="introduction" aria-label="What this is">
      <details open={open.value} onToggle={(event) => (open.value = event.currentTarget.open)}>
        <summary>
          <h1>Personal data, sealed before it leaves.</h1>
        </summary>
        <p class="lead">
          This SDK seals each record in your browser, then sends it to a server in the person’s own country: a{" "}
          <dfn>point of presence</dfn>, or PoP. The PoP keeps the record, finds it again, and cannot read it.
        </p>
        <Legend />
      </details>
    </section>
  );
}
