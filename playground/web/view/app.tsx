import { useEffect } from "preact/hooks";
import { countEverything } from "../model/countries.ts";
import { nextExample } from "../model/draft.ts";
import { startForgetting } from "../model/forgetting.ts";
import { fetchHostility } from "../model/hostility.ts";
import { startFollowingCountry } from "../model/search.ts";
import { type ViewId, view } from "../model/views.ts";
import { startPreview } from "../model/writing.ts";
import { Announcements, startAnnouncing } from "./announcements.tsx";
import { AttackView } from "./attack/attack-view.tsx";
import { Banners } from "./banners.tsx";
import { Countries } from "./countries/countries.tsx";
import { startDropNet } from "./drop-net.ts";
import { FilesView } from "./files/files-view.tsx";
import { FindView } from "./find/find-view.tsx";
import { startFocusNet } from "./focus-net.ts";
import { Header } from "./header.tsx";
import { Introduction } from "./introduction.tsx";
import { SecretsView } from "./secrets/secrets-view.tsx";
import { titleOf, useViewStart } from "./view-start.ts";
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
    void fetchHostility();
    void countEverything();
    const nets = [startFocusNet(), startDropNet()];
    const stops = [startPreview(), startForgetting(), startFollowingCountry(), startAnnouncing(), ...nets];
    return () => {
      for (const stop of stops) stop();
    };
  }, []);
  const main = useViewStart();
  const skip = (event: Event): void => {
    event.preventDefault();
    main.current?.focus();
  };
  const Content = contents[view.value];
  return (
    <>
      <a class="skip" href={`#${view.value}`} onClick={skip}>
        Skip to the view
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
        The SDK runs in this page. It talks to a PoP on your own machine, and to nothing else. Secrets stay in memory,
        and are gone when the page is closed.
      </footer>
    </>
  );
}
