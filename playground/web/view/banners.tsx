import { noAttacks } from "../../start/attacks.ts";
import { activeAttacks, attacksError, setAttacks } from "../model/active-attacks.ts";
import { locked } from "../model/secrets.ts";
import { view } from "../model/views.ts";
import { ErrorNote } from "./parts/error-note.tsx";
import { Icon } from "./parts/icon.tsx";

/** The page may be scrolled down when it is locked. */
function bringIntoView(banner: HTMLElement | null): void {
  banner?.scrollIntoView({ block: "nearest" });
}

/** States that affect every view. */
export function Banners() {
  const { swapRecords, flipFiles } = activeAttacks.value;
  const isHostile = swapRecords || flipFiles;
  // The Attack view shows the error itself. An alert inside a status would be read out twice.
  const failed = isHostile && attacksError.value !== undefined && view.value !== "attack";
  return (
    <>
      <div class="page banners" role="status">
        {isHostile && (
          <p class="banner danger" ref={bringIntoView}>
            <Icon name="alert" />
            <span>
              The PoP is hostile: it{" "}
              {[swapRecords && "swaps records", flipFiles && "alters files"].filter(Boolean).join(" and ")}.
            </span>
            <button type="button" class="button" onClick={() => void setAttacks(noAttacks)}>
              Stop the attack
            </button>
          </p>
        )}
        {locked.value && view.value !== "secrets" && (
          <p class="banner" ref={bringIntoView}>
            <Icon name="lock" />
            <span>This page is locked. It shows what the PoP stores, without the secret.</span>
            <a class="button" href="#secrets">
              Unlock
            </a>
          </p>
        )}
      </div>
      {failed && (
        <div class="page banners">
          <ErrorNote error={attacksError.value} />
        </div>
      )}
    </>
  );
}
