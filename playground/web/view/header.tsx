import { lock, locked } from "../model/secrets.ts";
import { theme, toggleTheme } from "../model/theme.ts";
import { goTo } from "../model/views.ts";
import { Navigation } from "./navigation.tsx";
import { Icon } from "./parts/icon.tsx";

export function Header() {
  return (
    <header class="band header">
      <div class="page header-row">
        <a class="brand" href="#write">
          <Icon name="seal" />
          <span>incountry-storage</span>
          <span class="quiet">playground</span>
        </a>
        <Navigation />
        <div class="header-actions">
          <LockButton />
          <button type="button" class="button subtle" onClick={toggleTheme}>
            <Icon name={theme.value === "dark" ? "sun" : "moon"} />
            <span class="button-text">{theme.value === "dark" ? "Light" : "Dark"}</span>
          </button>
        </div>
      </div>
    </header>
  );
}

function LockButton() {
  return locked.value ? (
    <button type="button" class="button" onClick={() => goTo("secrets")}>
      <Icon name="lock" />
      <span class="button-text">Unlock</span>
    </button>
  ) : (
    <button type="button" class="button subtle" onClick={lock}>
      <Icon name="unlock" />
      <span class="button-text">Lock</span>
    </button>
  );
}
