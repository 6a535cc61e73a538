import { chosenCountry, recordCounts } from "../../model/countries.ts";
import { countryName, formatCount, formatNumber } from "../../model/format.ts";
import { type Tile, tiles } from "../../model/map-tiles.ts";
import { type Step, stepsUpTo } from "./scale.ts";

/** The shade, in percent, above which letters use the contrast colour. */
const strong = 60;

/** The tile of each country that shows its code. */
const labelled = new Set(new Map(tiles.toReversed().map((tile) => [tile.country, tile])).values());

/**
 * A map of the country list, hidden from screen readers. Tiles are not labels of the list's radio buttons, which would
 * add them all to the buttons' names.
 */
export function WorldMap() {
  const steps = stepsUpTo(Math.max(0, ...recordCounts.value.values()));
  return (
    <div class="map-frame" aria-hidden="true">
      <div class="map">
        {tiles.map((tile) => {
          const count = recordCounts.value.get(tile.country) ?? 0;
          const step = steps.find(({ from, to }) => count >= from && count <= to);
          return <MapTile key={`${tile.row} ${tile.column}`} tile={tile} count={count} step={step} />;
        })}
      </div>
      {steps.length > 0 && <MapLegend steps={steps} />}
    </div>
  );
}

interface TileProps {
  readonly tile: Tile;
  readonly count: number;
  /** Undefined if the country has no records. */
  readonly step: Step | undefined;
}

function MapTile({ tile, count, step }: TileProps) {
  const { country, row, column } = tile;
  const place = { gridRow: row + 1, gridColumn: column + 1 };
  if (step === undefined) return <span class="tile" style={place} />;
  const chosen = chosenCountry.value === country;
  return (
    <span
      class={`tile full ${step.shade > strong ? "strong" : ""} ${chosen ? "chosen" : ""}`}
      style={{ ...place, "--shade": `${step.shade}%` }}
      title={`${countryName(country)}: ${formatCount(count, "record")}`}
      onClick={() => (chosenCountry.value = country)}
    >
      {labelled.has(tile) && <span class="tile-code">{country.toUpperCase()}</span>}
    </span>
  );
}

function MapLegend({ steps }: { readonly steps: readonly Step[] }) {
  return (
    <p class="map-legend numbers">
      <span>Records</span>
      {steps.map(({ from, to, shade }) => (
        <span key={from}>
          <span class="swatch" style={{ "--shade": `${shade}%` }} />
          {from === to ? formatNumber(to) : `${formatNumber(from)}–${formatNumber(to)}`}
        </span>
      ))}
    </p>
  );
}
