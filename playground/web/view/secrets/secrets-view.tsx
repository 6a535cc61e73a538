import { locked, lockedVersions } from "../../model/secrets.ts";
import { sessionNumber } from "../../model/session.ts";
import { takeLostFocus, useFocusOn } from "../parts/focus.ts";
import { AddSecret } from "./add-secret.tsx";
import { RotationPanel } from "./rotation-panel.tsx";
import { SecretList } from "./secret-list.tsx";
import { Unlock } from "./unlock.tsx";
import { VersionChart } from "./version-chart.tsx";

export function SecretsView() {
  const place = useFocusOn<HTMLElement>(locked.value, takeLostFocus);
  return (
    <>
      <div class="view-head">
        <h2>Secrets</h2>
        <p class="quiet">
          Secrets are held only in the memory of this page. The PoP stores the version with each record, but never the
          secret.
        </p>
      </div>
      <div class="secrets-columns">
        {/* A new session replaces the forms, which clears typed secrets. */}
        <div key={sessionNumber.value}>
          {lockedVersions.value.length > 0 && <Unlock place={locked.value ? place : undefined} />}
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
