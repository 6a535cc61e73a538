import { chosenCountry, countryName, recordCounts } from "../../model/countries.ts";
import { counted, formatNumber } from "../../model/words.ts";
import { type Tile, tiles } from "../../model/world.ts";
import { type Step, stepsUpTo } from "./scale.ts";

/** The shade, in percent, from which on letters are the ink of the accent. */
const strong = 60;

/** The tile of each country that its code stands on. */
const labelled = new Set(new Map(tiles.toReversed().map((tile) => [tile.country, tile])).values());

/**
 * A picture of what the list beside it says: a click on a tile is a click on the list. The tiles are no labels of the list's
 * radio buttons, whose names would be read out with all of them.
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
  /** Nothing where the country holds no record. */
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
      title={`${countryName(country)}: ${counted(count, "record")}`}
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
