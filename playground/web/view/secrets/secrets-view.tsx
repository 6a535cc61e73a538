import { forgotten, locked } from "../../model/secrets.ts";
import { sessionNumber } from "../../model/session.ts";
import { takeLostFocus, useFocusOn } from "../parts/focus.ts";
import { AddSecret } from "./add-secret.tsx";
import { RotationPanel } from "./rotation-panel.tsx";
import { SecretList } from "./secret-list.tsx";
import { Unlock } from "./unlock.tsx";
import { VersionChart } from "./version-chart.tsx";

/** The secrets that records are sealed with, and the change from one to the next. */
export function SecretsView() {
  const place = useFocusOn<HTMLElement>(locked.value, takeLostFocus);
  return (
    <>
      <div class="view-head">
        <h2>Secrets</h2>
        <p class="quiet">
          They live in the memory of this page and nowhere else. The PoP keeps the version beside each record, and never
          the secret.
        </p>
      </div>
      <div class="secrets-columns">
        {/* With each session the forms are new ones: a secret that was typed and not used goes with the others. */}
        <div key={sessionNumber.value}>
          {forgotten.value.length > 0 && <Unlock place={locked.value ? place : undefined} />}
          {!locked.value && <SecretList place={place} />}
          {!locked.value && <AddSecret />}
        </div>
        <div>
          <VersionChart />
          {!locked.value && <RotationPanel />}
        </div>
      </div>
    </>
  );
}
