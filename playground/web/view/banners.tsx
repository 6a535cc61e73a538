import { honest } from "../../start/hostility.ts";
import { hostility, hostilityError, setHostility } from "../model/hostility.ts";
import { locked } from "../model/secrets.ts";
import { view } from "../model/views.ts";
import { ErrorNote } from "./parts/error-note.tsx";
import { Icon } from "./parts/icon.tsx";

/** It stands at the top of the page, which may be far above of where the visitor locked it. */
function bringIntoView(banner: HTMLElement | null): void {
  banner?.scrollIntoView({ block: "nearest" });
}

/** What changes the meaning of everything below. */
export function Banners() {
  const { swapRecords, flipFiles } = hostility.value;
  const isHostile = swapRecords || flipFiles;
  // The view of the attacks tells it itself. An alert stands beside what is a status, not in it: it would be read twice.
  const failed = isHostile && hostilityError.value !== undefined && view.value !== "attack";
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
            <button type="button" class="button" onClick={() => void setHostility(honest)}>
              Make it honest
            </button>
          </p>
        )}
        {locked.value && view.value !== "secrets" && (
          <p class="banner" ref={bringIntoView}>
            <Icon name="lock" />
            <span>This page is locked. It sees what anyone sees who has the PoP, and not the secret.</span>
            <a class="button" href="#secrets">
              Unlock
            </a>
          </p>
        )}
      </div>
      {failed && (
        <div class="page banners">
          <ErrorNote error={hostilityError.value} />
        </div>
      )}
    </>
  );
}
