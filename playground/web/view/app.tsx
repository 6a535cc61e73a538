import { useEffect } from "preact/hooks";
import { fetchAttacks } from "../model/active-attacks.ts";
import { startClearingOnLock } from "../model/clear-results.ts";
import { countEverything } from "../model/countries.ts";
import { nextExample } from "../model/draft.ts";
import { startFollowingCountry } from "../model/search.ts";
import { type ViewId, view } from "../model/views.ts";
import { startPreview } from "../model/write.ts";
import { Announcements, startAnnouncing } from "./announcements.tsx";
import { AttackView } from "./attack/attack-view.tsx";
import { Banners } from "./banners.tsx";
import { startBlockingFileDrops } from "./block-file-drops.ts";
import { Countries } from "./countries/countries.tsx";
import { FilesView } from "./files/files-view.tsx";
import { FindView } from "./find/find-view.tsx";
import { Header } from "./header.tsx";
import { Introduction } from "./introduction.tsx";
import { startRestoringFocus } from "./restore-focus.ts";
import { SecretsView } from "./secrets/secrets-view.tsx";
import { titleOf, useViewChange } from "./view-change.ts";
import { WriteView } from "./write/write-view.tsx";

const contents: Readonly<Record<ViewId, () => preact.JSX.Element>> = {
  write: WriteView,
  find: FindView,
  secrets: SecretsView,
  files: FilesView,
  attack: AttackView,
};

export function App() {
  useEffect(() => {
    nextExample();
    void fetchAttacks();
    void countEverything();
    const stops = [
      startPreview(),
      startClearingOnLock(),
      startFollowingCountry(),
      startAnnouncing(),
      startRestoringFocus(),
      startBlockingFileDrops(),
    ];
    return () => {
      for (const stop of stops) stop();
    };
  }, []);
  const main = useViewChange();
  const skip = (event: Event): void => {
    event.preventDefault();
    main.current?.focus();
  };
  const Content = contents[view.value];
  return (
    <>
      <a class="skip" href={`#${view.value}`} onClick={skip}>
        Skip to content
      </a>
      <Header />
      <Banners />
      <div class="page columns">
        {view.value === "write" && <Introduction />}
        <Countries />
        <main aria-label={titleOf(view.value)} tabIndex={-1} ref={main}>
          <Content />
        </main>
      </div>
      <Announcements />
      <footer class="page">
        The SDK runs in this page and connects only to a PoP on your machine. Secrets are held in memory and are lost
        when you close the page.
      </footer>
    </>
  );
}
