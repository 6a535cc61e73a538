import { chosenCountry, countryName, recordCounts } from "../../model/countries.ts";
import { counted } from "../../model/words.ts";
import { type Tile, tiles } from "../../model/world.ts";

/**
 * A picture of what the list beside it says: a click on a tile is a click on the list. The tiles are no labels of the list's
 * radio buttons, whose names would be read out with all of them.
 */
export function WorldMap() {
  const most = Math.max(1, ...recordCounts.value.values());
  return (
    <div class="map" aria-hidden="true">
      {tiles.map((tile) => (
        <MapTile
          key={`${tile.row} ${tile.column}`}
          tile={tile}
          count={recordCounts.value.get(tile.country) ?? 0}
          most={most}
        />
      ))}
    </div>
  );
}

interface TileProps {
  readonly tile: Tile;
  readonly count: number;
  readonly most: number;
}

function MapTile({ tile: { country, row, column }, count, most }: TileProps) {
  const place = { gridRow: row + 1, gridColumn: column + 1 };
  if (count === 0) return <span class="tile" style={place} />;
  const shade = Math.round(25 + 75 * Math.sqrt(count / most));
  const chosen = chosenCountry.value === country;
  return (
    <span
      class={`tile full ${chosen ? "chosen" : ""}`}
      style={{ ...place, "--shade": `${shade}%` }}
      onClick={() => (chosenCountry.value = country)}
      title={`${countryName(country)}: ${counted(count, "record")}`}
    />
  );
}
