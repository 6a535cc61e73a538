import { hostilityError } from "../../model/hostility.ts";
import { ErrorNote } from "../parts/error-note.tsx";
import { FlipFiles } from "./flip-files.tsx";
import { SwapRecords } from "./swap-records.tsx";

/** A PoP that cheats, and a client that notices. */
export function AttackView() {
  return (
    <>
      <div class="view-head">
        <h2>What if the PoP lies?</h2>
        <p class="quiet">
          It cannot read what it keeps. But it could hand out one person’s record for another’s, or change a file. Make
          it do so, and see what your browser says.
        </p>
      </div>
      {hostilityError.value !== undefined && <ErrorNote error={hostilityError.value} />}
      <div class="attacks">
        <SwapRecords />
        <FlipFiles />
      </div>
    </>
  );
}
