import { type Protection, protectionMeanings } from "../model/fields.ts";
import { ProtectionBadge } from "./parts/protection-badge.tsx";

const kinds: readonly Protection[] = ["encrypted", "hashed", "plain"];

/** What a visitor has to know, in half a minute. */
export function Introduction() {
  return (
    <section class="page introduction" aria-label="What this is">
      <h1>Personal data, sealed before it leaves.</h1>
      <p class="lead">
        Laws ask that people’s data be kept in their own country. This SDK seals each record in your browser, then sends
        it to a server there: a <dfn>point of presence</dfn>, or PoP. The PoP keeps the record, finds it again, and
        cannot read it.
      </p>
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
    </section>
  );
}
