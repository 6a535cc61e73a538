import { Icon } from "../parts/icon.tsx";

interface MapSwitchProps {
  readonly large: boolean;
  readonly turn: () => void;
}

/** Makes the map large. On a phone there is none until it is asked for: the view itself comes first. */
export function MapSwitch({ large, turn }: MapSwitchProps) {
  return (
    <button
      type="button"
      class="button subtle small map-switch"
      title={large ? "Smaller map" : "Larger map"}
      aria-label={large ? "Smaller map" : "Larger map"}
      aria-expanded={large}
      onClick={turn}
    >
      <Icon name={large ? "shrink" : "enlarge"} />
      <span class="on-phone">Map</span>
    </button>
  );
}
