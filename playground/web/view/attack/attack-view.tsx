import { attacksError } from "../../model/active-attacks.ts";
import { ErrorNote } from "../parts/error-note.tsx";
import { FlipFiles } from "./flip-files.tsx";
import { SwapRecords } from "./swap-records.tsx";

/** Turns on attacks at the PoP, which the SDK detects. */
export function AttackView() {
  return (
    <>
      <div class="view-head">
        <h2>What if the PoP is compromised?</h2>
        <p class="quiet">
          A hostile PoP cannot read encrypted records, but it can swap them or change files. Turn on an attack to see
          how the SDK detects it.
        </p>
      </div>
      {attacksError.value !== undefined && <ErrorNote error={attacksError.value} />}
      <div class="attacks">
        <SwapRecords />
        <FlipFiles />
      </div>
    </>
  );
}
