import { chosenCountry, countriesWithRecords, recordCounts, totalRecords } from "../../model/countries.ts";
import { countryName, formatNumber } from "../../model/format.ts";

/** The choice of the country that the page shows. */
export function CountryList() {
  if (countriesWithRecords.value.length === 0) return null;
  return (
    <div class="country-scroll">
      <fieldset class="country-list">
        <legend class="visually-hidden">Show records of</legend>
        <Choice id="country-all" name="All countries" count={totalRecords.value} country={undefined} />
        {countriesWithRecords.value.map((country) => (
          <Choice
            key={country}
            id={`country-${country}`}
            name={countryName(country)}
            count={recordCounts.value.get(country) ?? 0}
            country={country}
          />
        ))}
      </fieldset>
    </div>
  );
}

interface ChoiceProps {
  readonly id: string;
  readonly name: string;
  readonly count: number;
  readonly country: string | undefined;
}

function Choice({ id, name, count, country }: ChoiceProps) {
  const most = Math.max(1, ...recordCounts.value.values());
  const share = country === undefined ? 0 : (100 * count) / most;
  return (
    <label class="choice country" style={{ "--share": `${share}%` }}>
      <input
        type="radio"
        name="country"
        id={id}
        checked={chosenCountry.value === country}
        onChange={() => (chosenCountry.value = country)}
      />
      <span>{name}</span>
      <span class="quiet numbers">{formatNumber(count)}</span>
    </label>
  );
}
