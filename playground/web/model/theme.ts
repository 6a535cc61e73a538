import { signal } from "@preact/signals";

const systemIsDark = matchMedia("(prefers-color-scheme: dark)");

export type Theme = "light" | "dark";

/** The theme of the system, until the visitor chooses another. The choice is not stored. */
export const theme = signal<Theme>(systemTheme());
let chosen = false;

systemIsDark.addEventListener("change", () => {
  if (!chosen) theme.value = systemTheme();
});

export function toggleTheme(): void {
  chosen = true;
  theme.value = theme.value === "dark" ? "light" : "dark";
  document.documentElement.dataset["theme"] = theme.value;
}

function systemTheme(): Theme {
  return systemIsDark.matches ? "dark" : "light";
}
