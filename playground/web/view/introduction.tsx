import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { Legend } from "./parts/legend.tsx";

/** Collapsed after the first visit of the view. */
const open = signal(true);

export function Introduction() {
  useEffect(
    () => () => {
      open.value = false;
    },
    [],
  );
  return (
    <section class="introduction" aria-label="Introduction">
      <details open={open.value} onToggle={(event) => (open.value = event.currentTarget.open)}>
        <summary>
          <h1>Personal data, encrypted before it is sent.</h1>
        </summary>
        <p class="lead">
          This SDK encrypts each record in your browser and sends it to a server in the person’s country: a{" "}
          <dfn>point of presence</dfn> (PoP). The PoP stores and finds the record, but cannot read it.
        </p>
        <Legend />
      </details>
    </section>
  );
}
