import { Icon } from "../parts/icon.tsx";

interface MapSwitchProps {
  readonly large: boolean;
  readonly toggle: () => void;
}

/** Enlarges the map. On a phone, the map is hidden until it is enlarged. */
export function MapSwitch({ large, toggle }: MapSwitchProps) {
  return (
    <button
      type="button"
      class="button subtle small map-switch"
      title={large ? "Smaller map" : "Larger map"}
      aria-label={large ? "Smaller map" : "Larger map"}
      aria-expanded={large}
      onClick={toggle}
    >
      <Icon name={large ? "shrink" : "enlarge"} />
      <span class="on-phone">Map</span>
    </button>
  );
}
